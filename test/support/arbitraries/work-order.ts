/**
 * A lifecycle that retail is not: statuses form cycles, one event type leads to two statuses, another is legal
 * everywhere and still moves, facts write fields, one type has two versions. Here the lifecycle often does not decide,
 * so histories are ambiguous, and no short cut that retail allows is allowed.
 */
import * as z from 'zod';
import { defineLifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { draft, type EventDraft } from '../builders/retail-drafts.ts';

const empty = { schema: z.strictObject({}) };
const level = z.int().min(1).max(9);
const mark = { schema: z.strictObject({ mark: z.string() }) };

export const workOrder = defineLifecycle({
  name: 'work-order',
  statuses: ['acknowledged', 'inProgress', 'held', 'pending', 'completed', 'cancelled'],
  fields: {
    priority: { merge: 'critical', value: level },
    remark: { merge: 'lww', value: z.string() },
    marks: { merge: 'set' },
    effort: { merge: 'counter' },
  },
  money: ['billed'],
  resolutionWeight: 16,
  events: {
    WorkAcknowledged: {
      kind: 'decision',
      transitions: [{ from: ['none'], to: 'acknowledged' }],
      weight: 8,
      versions: [{ schema: z.strictObject({ level }) }],
      writes: { priority: { set: 'level' } },
    },
    WorkStarted: {
      kind: 'fact',
      transitions: [{ from: ['acknowledged', 'pending'], to: 'inProgress' }],
      weight: 2,
      versions: [empty],
      reads: ['priority'],
    },
    WorkHeld: {
      kind: 'decision',
      transitions: [{ from: ['acknowledged', 'inProgress'], to: 'held' }],
      weight: 1,
      versions: [empty],
    },
    WorkResumed: { kind: 'fact', transitions: [{ from: ['held'], to: 'inProgress' }], weight: 2, versions: [empty] },
    WorkPaused: { kind: 'fact', transitions: [{ from: ['inProgress'], to: 'pending' }], weight: 2, versions: [empty] },
    WorkToggled: {
      kind: 'fact',
      transitions: [
        { from: ['inProgress'], to: 'pending' },
        { from: ['pending'], to: 'inProgress' },
        { from: ['held'], to: 'same' },
      ],
      weight: 2,
      versions: [empty],
    },
    WorkCompleted: {
      kind: 'fact',
      transitions: [{ from: ['inProgress'], to: 'completed' }],
      weight: 8,
      versions: [{ schema: z.strictObject({ bill: z.int().optional() }) }],
      money: { billed: 'bill' },
    },
    WorkCancelled: {
      kind: 'decision',
      transitions: [{ from: ['acknowledged', 'inProgress', 'held', 'pending'], to: 'cancelled' }],
      weight: 1,
      versions: [empty],
    },
    WorkReopened: {
      kind: 'decision',
      transitions: [{ from: ['completed', 'cancelled'], to: 'acknowledged' }],
      weight: 4,
      versions: [empty],
    },
    EverythingStopped: { kind: 'fact', transitions: [{ from: 'any', to: 'held' }], weight: 4, versions: [empty] },
    PriorityChanged: {
      kind: 'decision',
      transitions: [{ from: ['acknowledged', 'inProgress', 'held'], to: 'same' }],
      weight: 1,
      versions: [{ schema: z.strictObject({ level }) }],
      writes: { priority: { set: 'level' } },
    },
    PriorityReported: {
      kind: 'fact',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [{ schema: z.strictObject({ level: level.optional() }) }],
      writes: { priority: { set: 'level' } },
    },
    PriorityRead: {
      kind: 'fact',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [empty],
      reads: ['priority'],
    },
    RemarkMade: {
      kind: 'decision',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [
        { schema: z.strictObject({ text: z.string() }) },
        { schema: z.strictObject({ remark: z.string() }), upcast: ({ text }) => ({ remark: `older: ${text}` }) },
      ],
      writes: { remark: { set: 'remark' } },
    },
    MarkAdded: {
      kind: 'fact',
      transitions: [{ from: 'any', to: 'same' }],
      weight: 1,
      versions: [mark],
      writes: { marks: { add: 'mark' } },
    },
    MarkRemoved: {
      kind: 'fact',
      transitions: [{ from: ['inProgress', 'held', 'pending'], to: 'same' }],
      weight: 1,
      versions: [mark],
      writes: { marks: { remove: 'mark' } },
    },
    EffortSpent: {
      kind: 'fact',
      transitions: [{ from: ['inProgress', 'completed'], to: 'same' }],
      weight: 2,
      versions: [{ schema: z.strictObject({ hours: z.int(), bill: z.int() }) }],
      writes: { effort: { increase: 'hours' } },
      money: { billed: 'bill' },
    },
  },
});

export const workOrderDrafts: readonly EventDraft[] = [
  draft('api', 'WorkAcknowledged', { level: 1 }),
  draft('crew', 'WorkStarted'),
  draft('api', 'WorkHeld'),
  draft('crew', 'WorkResumed'),
  draft('crew', 'WorkPaused'),
  draft('desk', 'WorkToggled'),
  draft('crew', 'WorkCompleted', { bill: 100 }),
  draft('crew', 'WorkCompleted'),
  draft('api', 'WorkCancelled'),
  draft('api', 'WorkReopened'),
  draft('desk', 'EverythingStopped'),
  draft('crew', 'EverythingStopped'),
  draft('crew', 'WorkToggled'),
  draft('api', 'PriorityChanged', { level: 2 }),
  draft('api', 'PriorityChanged', { level: 3 }),
  draft('desk', 'PriorityReported', { level: 4 }),
  draft('desk', 'PriorityReported'),
  draft('crew', 'PriorityRead'),
  draft('api', 'RemarkMade', { text: 'first' }),
  { ...draft('api', 'RemarkMade', { remark: 'second' }), v: 2 },
  draft('crew', 'MarkAdded', { mark: 'a' }),
  draft('crew', 'MarkAdded', { mark: 'b' }),
  draft('desk', 'MarkRemoved', { mark: 'a' }),
  draft('crew', 'EffortSpent', { hours: 3, bill: 10 }),
];
