import { describe, expect, it } from 'vitest';
import { type Enactment, enactNewest, findPlanConflicts } from '../../../domain/write-plan/enact-plan.ts';
import { comparePlans, configuredPlan, type WritePlan } from '../../../domain/write-plan/write-plan.ts';

const planOf = (epoch: number, entryId = `id-${epoch}`, primary = 'us-east-1'): WritePlan => ({
  primary,
  regions: ['us-east-1', 'eu-west-1'],
  epoch,
  entryId,
});

const [first, second, third, fourth] = [1, 2, 3, 4].map((epoch) => planOf(epoch)) as [
  WritePlan,
  WritePlan,
  WritePlan,
  WritePlan,
];

describe('enact a plan', () => {
  it('puts the newest over what was read, whatever the order in which plans arrived', () => {
    const newest: Enactment = { kind: 'enact', plan: third, over: first };
    expect(enactNewest(first, [second, third])).toEqual(newest);
    expect(enactNewest(first, [third, second, first])).toEqual(newest);
    expect(enactNewest(undefined, [first])).toEqual({ kind: 'enact', plan: first, over: undefined });
  });

  it('keeps what is enacted when it hears only of older plans, of the same, or of none', () => {
    for (const known of [[], [first], [second], [second, first]])
      expect(enactNewest(second, known)).toEqual({ kind: 'keep' });
    expect(enactNewest(undefined, [])).toEqual({ kind: 'keep' });
  });

  it('never enacts a plan by which nobody decides', () => {
    const empty: WritePlan = { ...fourth, primary: '', regions: [] };
    const foreign: WritePlan = { ...fourth, regions: ['eu-west-1'] };
    expect(enactNewest(first, [empty, foreign, second])).toMatchObject({ plan: second });
    expect(enactNewest(first, [configuredPlan('us-east-1', [])])).toEqual({ kind: 'keep' });
    for (const epoch of [0, -1, 4.5, Number.NaN])
      expect(enactNewest(undefined, [planOf(epoch)])).toEqual({ kind: 'keep' });
  });

  it('settles two plans of one epoch by id, the same everywhere, and names them', () => {
    const rival = planOf(3, 'id-3b', 'eu-west-1');
    expect(enactNewest(second, [rival, third])).toMatchObject({ plan: rival });
    expect(enactNewest(rival, [third])).toEqual({ kind: 'keep' });
    expect(findPlanConflicts([rival, fourth, third, third])).toEqual([[third, rival]]);
    expect(findPlanConflicts([first, second, second])).toEqual([]);
  });

  it('sees no conflict in two plans of one epoch that say the same, written where neither had arrived', () => {
    const again: WritePlan = { ...third, regions: third.regions.toReversed(), entryId: 'id-3b' };
    expect(findPlanConflicts([third, again])).toEqual([]);
    const others: readonly WritePlan[] = [
      { ...again, regions: ['us-east-1'] },
      { ...again, withoutWitness: true },
      { ...again, primary: 'eu-west-1' },
    ];
    for (const other of others) expect(findPlanConflicts([third, again, other])).toHaveLength(1);
    expect(findPlanConflicts([third, { ...again, withoutWitness: false }])).toEqual([]);
  });
});

/**
 * Every interleaving of three enactors, each of which sees whatever plan has reached it, reads the row, pauses for as
 * long as it likes and puts. `put` says how: that is what a naive enactor gets wrong.
 */
const plans = [first, second, third, fourth] as const;

interface Enactor {
  readonly step: 'idle' | 'knows' | 'has-read';
  readonly knows: WritePlan | undefined;
  readonly read: WritePlan | undefined;
}

interface ModelState {
  readonly row: WritePlan | undefined;
  readonly enactors: readonly Enactor[];
}

type Put = (state: ModelState, enactor: Enactor) => WritePlan | undefined;

const byCompareAndSet: Put = ({ row }, { knows, read }) => {
  const enactment = enactNewest(read, knows ? [knows] : []);
  return enactment.kind === 'enact' && row?.epoch === enactment.over?.epoch ? enactment.plan : row;
};

/** It looks whether its plan is newer before it writes, and then writes: as in October 2025. */
const byCheckThenWrite: Put = ({ row }, { knows, read }) => {
  const enactment = enactNewest(read, knows ? [knows] : []);
  return enactment.kind === 'enact' ? enactment.plan : row;
};

const idle: Enactor = { step: 'idle', knows: undefined, read: undefined };

const nextStates = (state: ModelState, at: number, put: Put): readonly ModelState[] => {
  const enactor = state.enactors[at] as Enactor;
  const withEnactor = (changed: Enactor, row = state.row): ModelState => ({
    row,
    enactors: state.enactors.with(at, changed),
  });
  switch (enactor.step) {
    case 'idle':
      return plans.map((knows) => withEnactor({ step: 'knows', knows, read: undefined }));
    case 'knows':
      return [withEnactor({ ...enactor, step: 'has-read', read: state.row })];
    case 'has-read':
      return [withEnactor(idle, put(state, enactor))];
  }
};

/** How many steps take the row back to an older plan, of all that can be reached. */
const explore = (put: Put): { readonly states: number; readonly stepsBack: number } => {
  const start: ModelState = { row: undefined, enactors: [idle, idle, idle] };
  const seen = new Set([JSON.stringify(start)]);
  const open = [start];
  let stepsBack = 0;
  for (let state = open.pop(); state; state = open.pop())
    for (let at = 0; at < state.enactors.length; at++)
      for (const next of nextStates(state, at, put)) {
        if (state.row && (!next.row || comparePlans(next.row, state.row) < 0)) stepsBack++;
        const key = JSON.stringify(next);
        if (seen.has(key)) continue;
        seen.add(key);
        open.push(next);
      }
  return { states: seen.size, stepsBack };
};

describe('three enactors and four plans, in every interleaving', () => {
  it('never go back to an older plan', () => {
    const explored = explore(byCompareAndSet);
    expect(explored.stepsBack).toBe(0);
    expect(explored.states).toBeGreaterThan(10_000);
  });

  it('do go back where an enactor looks first and writes later', () => {
    expect(explore(byCheckThenWrite).stepsBack).toBeGreaterThan(0);
  });
});
