/**
 * The fold of one order with every choice that it made: what support reads when a customer asks why.
 *
 * It holds ids, positions, types and statuses, and no payload. Every list is bounded, so that an order which a looping
 * writer filled can be explained too: the newest items are there, and `leftOut` counts the others.
 */
import { decodeTime } from 'ulid';
import type {
  Case,
  Duplicate,
  FieldMerge,
  FoldedStream,
  HistoryStep,
  Pending,
  StreamClass,
  Voided,
} from '../../domain/fold/folded-stream.ts';
import { type Cut, cutToToken } from '../../domain/ledger/cut.ts';
import type { Status } from '../../domain/lifecycle/define-lifecycle.ts';
import type { DamagedItem } from '../../domain/ports/event-store.ts';

export interface OrderExplanation {
  readonly orderId: string;
  readonly region: string;
  readonly status: Status;
  readonly provisional: boolean;
  readonly class: StreamClass;
  readonly ambiguous: boolean;
  readonly approximated: boolean;
  readonly token: string;
  readonly cut: Cut;
  /** In the order in which they were applied. */
  readonly history: readonly ExplainedStep[];
  readonly rejected: readonly RejectedStep[];
  /** Settled ones too: those say by which resolution. */
  readonly cases: readonly ExplainedCase[];
  readonly merges: readonly ExplainedMerge[];
  readonly duplicates: readonly Duplicate[];
  readonly pending: readonly Pending[];
  readonly voided: readonly Voided[];
  /** Items of this region that are no entries, and positions at which two entries claim to stand. */
  readonly damaged: readonly DamagedItem[];
  /** By list, how many older items are not in it; absent where all are. */
  readonly leftOut: Readonly<Partial<Record<ListName, number>>>;
}

/** `time` is that of the id, in ISO 8601: the ledger's, which need not be that of any clock. */
export interface ExplainedStep extends HistoryStep {
  readonly time: string;
  readonly typesLeftOut?: number | undefined;
}

export interface RejectedStep extends Omit<ExplainedStep, 'from' | 'to' | 'accepted'>, Opposed {
  readonly reasons: Case['reasons'];
}

export type ExplainedCase = Case & Opposed;

interface Opposed {
  /** The first of them. */
  readonly opponents: readonly string[];
  readonly opponentsLeftOut?: number | undefined;
}

export interface ExplainedMerge extends FieldMerge {
  readonly entriesLeftOut?: number | undefined;
}

export interface ExplanationContext {
  readonly orderId: string;
  readonly region: string;
  readonly damaged: readonly DamagedItem[];
}

/** Items of a list. A Lambda answers with 6 MB at most; with every list full of the longest items it is below 4. */
export const explainedItemsMax = 1_000;
/** Names in one item: opponents, types, merged entries. */
export const explainedNamesMax = 10;
const reasonLengthMax = 200;

export const orderExplanation = (
  folded: FoldedStream,
  { orderId, region, damaged }: ExplanationContext,
): OrderExplanation => ({
  orderId,
  region,
  status: folded.status,
  provisional: folded.provisional,
  class: folded.class,
  ambiguous: folded.ambiguous,
  approximated: folded.approximated,
  token: cutToToken(folded.cut),
  cut: folded.cut,
  ...newestOf({
    history: folded.history.map(explainStep),
    rejected: explainRejected(folded),
    cases: folded.cases.map((it) => ({ ...it, ...opposed(it) })),
    merges: folded.merges.map((it) => ({ ...it, entries: few(it.entries), entriesLeftOut: beyondFew(it.entries) })),
    duplicates: folded.duplicates,
    pending: folded.pending,
    voided: folded.voided.map(shortenReason),
    damaged: [
      ...damaged.map(shortenReason),
      ...folded.damaged.map(({ position }) => ({ position, reason: twoEntries })),
    ],
  }),
});

type Lists = Pick<
  OrderExplanation,
  'history' | 'rejected' | 'cases' | 'merges' | 'duplicates' | 'pending' | 'voided' | 'damaged'
>;
type ListName = keyof Lists;

const newestOf = (lists: Lists): Lists & Pick<OrderExplanation, 'leftOut'> => {
  const newest = <Item>(items: readonly Item[]): readonly Item[] => items.slice(-explainedItemsMax);
  const sizes = Object.entries(lists).map(([name, items]) => [name, items.length - explainedItemsMax] as const);
  return {
    history: newest(lists.history),
    rejected: newest(lists.rejected),
    cases: newest(lists.cases),
    merges: newest(lists.merges),
    duplicates: newest(lists.duplicates),
    pending: newest(lists.pending),
    voided: newest(lists.voided),
    damaged: newest(lists.damaged),
    leftOut: Object.fromEntries(sizes.filter(([, leftOut]) => leftOut > 0)),
  };
};

const explainStep = (step: HistoryStep): ExplainedStep => ({
  ...step,
  types: few(step.types),
  typesLeftOut: beyondFew(step.types),
  time: new Date(decodeTime(step.id)).toISOString(),
});

/** What was rejected has a case, open or settled, that says why. */
const explainRejected = ({ history, cases }: FoldedStream): readonly RejectedStep[] => {
  const caseAt = new Map(cases.map((it) => [it.position, it]));
  return history
    .filter(({ accepted }) => !accepted)
    .map((step) => {
      const { from: _from, to: _to, accepted: _accepted, ...explained } = explainStep(step);
      const found = caseAt.get(step.position);
      return { ...explained, reasons: found?.reasons ?? [], ...opposed(found ?? { opponents: [] }) };
    });
};

const opposed = ({ opponents }: Pick<Case, 'opponents'>): Opposed => ({
  opponents: few(opponents),
  opponentsLeftOut: beyondFew(opponents),
});

const few = (names: readonly string[]): readonly string[] => names.slice(0, explainedNamesMax);

/** Undefined when all are there: JSON leaves it out. */
const beyondFew = ({ length }: readonly string[]): number | undefined =>
  length > explainedNamesMax ? length - explainedNamesMax : undefined;

const shortenReason = <Item extends { readonly reason: string }>(item: Item): Item => ({
  ...item,
  reason: item.reason.slice(0, reasonLengthMax),
});

const twoEntries = 'two entries claim this position; the one with the smaller hash counts';
