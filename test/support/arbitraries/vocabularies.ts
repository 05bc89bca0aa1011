/**
 * What simulated writers may say, per lifecycle: a handful of concrete events, few enough that they meet.
 */
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import {
  address,
  addressChanged,
  cancelled,
  delivered,
  draft,
  type EventDraft,
  noteChanged,
  packed,
  paid,
  placed,
  points,
  refunded,
  returnReceived,
  returnRequested,
  shipped,
  tagAdded,
  tagRemoved,
} from '../builders/retail-drafts.ts';
import { workOrder, workOrderDrafts } from './work-order.ts';

/** What a simulated writer may say in one lifecycle. */
export interface Vocabulary {
  readonly name: string;
  readonly lifecycle: Lifecycle;
  readonly drafts: readonly EventDraft[];
  /** A story that most streams begin with. */
  readonly prelude: readonly EventDraft[];
  /** What a resolution may choose; the last is invalid. */
  readonly chosenFields: readonly Readonly<Record<string, unknown>>[];
}

export const retailVocabulary: Vocabulary = {
  name: 'retail',
  lifecycle: retail,
  drafts: [
    placed(),
    paid(10),
    packed(),
    shipped(),
    delivered(),
    cancelled(),
    returnRequested(),
    returnReceived(),
    refunded(7),
    addressChanged('Olinda'),
    addressChanged('Recife'),
    noteChanged('a'),
    noteChanged('b'),
    tagAdded('gift'),
    tagRemoved('gift'),
    points(5),
    paid(300),
    shipped('tracking-1'),
    shipped('tracking-2'),
    tagAdded('rush'),
    placed('Natal'),
    points(-2),
  ],
  prelude: [placed(), paid(9980), packed()],
  chosenFields: [{ shippingAddress: address('Olinda') }, { note: 'decided', carrier: 'dhl' }, { tags: ['gift'] }],
};

export const workOrderVocabulary: Vocabulary = {
  name: 'work-order',
  lifecycle: workOrder,
  drafts: workOrderDrafts,
  prelude: [draft('api', 'WorkAcknowledged', { level: 1 }), draft('crew', 'WorkStarted')],
  chosenFields: [{ priority: 5 }, { remark: 'decided' }, { priority: 'high' }],
};

/** Little but facts that move the status to and fro: the lifecycle often does not decide. */
export const undecidedVocabulary: Vocabulary = {
  ...workOrderVocabulary,
  name: 'undecided work-order',
  drafts: workOrderDrafts.filter(({ type }) =>
    ['EverythingStopped', 'WorkToggled', 'WorkResumed', 'WorkPaused', 'WorkHeld', 'PriorityChanged'].includes(type),
  ),
};
