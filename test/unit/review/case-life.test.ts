/** The life of a case: every event in every state, and what holds for all lives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginCaseLife,
  type CaseLife,
  type CaseLifeEvent,
  type CaseLifeState,
  caseLifeStates,
  hasWorkflow,
  isOver,
  stepCaseLife,
  workflowName,
} from '../../../domain/review/case-life.ts';

type EventKind = CaseLifeEvent['kind'];

const found = {
  caseId: '01KAJ2Q8V4T6W3F0ZC5X7M9BND',
  stream: 'order/acme/1001',
  position: 'eu-west-1/0000000003',
  acceptedIn: 'eu-west-1',
};
const born = beginCaseLife(found, 1_000);

/** A life in each state, as it comes to be. */
const lives: Readonly<Record<CaseLifeState, CaseLife>> = {
  open: born,
  waiting: { ...born, state: 'waiting', sinceMs: 2_000, workflow: 1, startedAtMs: 2_000, lookAtMs: 60_000 },
  'with-a-person': {
    ...born,
    state: 'with-a-person',
    sinceMs: 3_000,
    workflow: 1,
    startedAtMs: 2_000,
    task: { token: 'token-1', askedAtMs: 3_000 },
    escalations: 1,
  },
  settled: {
    ...born,
    state: 'settled',
    sinceMs: 4_000,
    workflow: 1,
    startedAtMs: 2_000,
    escalations: 1,
    settledBy: 'resolution-1',
  },
  withdrawn: { ...born, state: 'withdrawn', sinceMs: 4_000, workflow: 1, startedAtMs: 2_000 },
  reopened: { ...born, state: 'reopened', sinceMs: 5_000, foundAtMs: 5_000, workflow: 1, startedAtMs: 2_000 },
};

/** One of each, that says something new to every life above. */
const events: { readonly [Kind in EventKind]: Extract<CaseLifeEvent, { readonly kind: Kind }> } = {
  'found-open': { kind: 'found-open' },
  'workflow-drawn': { kind: 'workflow-drawn', lookAtMs: 90_000 },
  waited: { kind: 'waited', lookAtMs: 95_000 },
  'person-asked': { kind: 'person-asked', token: 'token-2' },
  escalated: { kind: 'escalated', escalations: 2 },
  'handed-over': { kind: 'handed-over' },
  'found-settled': { kind: 'found-settled', settledBy: 'resolution-2' },
  'found-withdrawn': { kind: 'found-withdrawn' },
};

/** To which state each event leads; a new state or event fails to compile until it is here. */
const table: Readonly<Record<CaseLifeState, Readonly<Record<EventKind, CaseLifeState | 'nothing'>>>> = {
  open: {
    'found-open': 'nothing',
    'workflow-drawn': 'waiting',
    waited: 'nothing',
    'person-asked': 'nothing',
    escalated: 'nothing',
    'handed-over': 'nothing',
    'found-settled': 'settled',
    'found-withdrawn': 'withdrawn',
  },
  waiting: {
    'found-open': 'nothing',
    'workflow-drawn': 'waiting',
    waited: 'waiting',
    'person-asked': 'with-a-person',
    escalated: 'waiting',
    'handed-over': 'open',
    'found-settled': 'settled',
    'found-withdrawn': 'withdrawn',
  },
  'with-a-person': {
    'found-open': 'nothing',
    'workflow-drawn': 'waiting',
    waited: 'waiting',
    'person-asked': 'with-a-person',
    escalated: 'with-a-person',
    'handed-over': 'open',
    'found-settled': 'settled',
    'found-withdrawn': 'withdrawn',
  },
  settled: {
    'found-open': 'reopened',
    'workflow-drawn': 'nothing',
    waited: 'nothing',
    'person-asked': 'nothing',
    escalated: 'nothing',
    'handed-over': 'nothing',
    'found-settled': 'settled',
    'found-withdrawn': 'withdrawn',
  },
  withdrawn: {
    'found-open': 'reopened',
    'workflow-drawn': 'nothing',
    waited: 'nothing',
    'person-asked': 'nothing',
    escalated: 'nothing',
    'handed-over': 'nothing',
    'found-settled': 'settled',
    'found-withdrawn': 'nothing',
  },
  reopened: {
    'found-open': 'nothing',
    'workflow-drawn': 'waiting',
    waited: 'nothing',
    'person-asked': 'nothing',
    escalated: 'nothing',
    'handed-over': 'nothing',
    'found-settled': 'settled',
    'found-withdrawn': 'withdrawn',
  },
};

const nowMs = 10_000;

describe.each(caseLifeStates)('a case that is %s', (state) => {
  it.each(Object.values(events))('goes where the table says on $kind', (event) => {
    expect(stepCaseLife(lives[state], event, nowMs)?.state ?? 'nothing').toBe(table[state][event.kind]);
  });
});

describe('the life of a case', () => {
  it('begins open, without a workflow', () => {
    expect(born).toEqual({ ...found, state: 'open', sinceMs: 1_000, foundAtMs: 1_000, workflow: 0, escalations: 0 });
    expect([hasWorkflow(born), isOver(born)]).toEqual([false, false]);
  });

  it('goes from the grace period over a person to a decision', () => {
    const waiting = stepAll(born, [{ kind: 'workflow-drawn', lookAtMs: 61_000 }]);
    expect(waiting).toMatchObject({ state: 'waiting', workflow: 1, startedAtMs: nowMs, lookAtMs: 61_000 });
    const asked = stepAll(waiting, [{ kind: 'person-asked', token: 'token' }]);
    expect(asked).toMatchObject({
      state: 'with-a-person',
      lookAtMs: undefined,
      task: { token: 'token', askedAtMs: nowMs },
    });
    const settled = stepAll(asked, [{ kind: 'found-settled', settledBy: 'resolution' }]);
    expect(settled).toMatchObject({ state: 'settled', task: undefined, settledBy: 'resolution', workflow: 1 });
  });

  it('counts its grace period and its escalations anew when it is opened again', () => {
    const reopened = stepAll(lives.settled, [{ kind: 'found-open' }]);
    expect(reopened).toMatchObject({
      state: 'reopened',
      foundAtMs: nowMs,
      escalations: 0,
      settledBy: undefined,
      workflow: 1,
    });
  });

  it('keeps the task while it is escalated, since the person may still answer', () => {
    expect(stepAll(lives['with-a-person'], [events.escalated])).toEqual({ ...lives['with-a-person'], escalations: 2 });
  });

  it('remembers since when it is in its state, not when that was said again', () => {
    expect(stepAll(lives.waiting, [events.waited])).toMatchObject({ sinceMs: 2_000, lookAtMs: 95_000 });
    expect(stepAll(lives['with-a-person'], [events['person-asked']])).toMatchObject({
      sinceMs: 3_000,
      task: { token: 'token-2', askedAtMs: nowMs },
    });
  });

  it('gives each of its workflows a name of its own', () => {
    expect([1, 2, 11].map((workflow) => workflowName(found.caseId, workflow))).toEqual([
      '01KAJ2Q8V4T6W3F0ZC5X7M9BND-1',
      '01KAJ2Q8V4T6W3F0ZC5X7M9BND-2',
      '01KAJ2Q8V4T6W3F0ZC5X7M9BND-11',
    ]);
  });
});

describe('every life of a case', () => {
  const lookAtMs = fc.integer({ min: 1, max: 5 }).map((minutes) => minutes * 60_000);
  const event: fc.Arbitrary<CaseLifeEvent> = fc.oneof(
    fc.constantFrom<CaseLifeEvent>({ kind: 'found-open' }, { kind: 'handed-over' }, { kind: 'found-withdrawn' }),
    fc.record({ kind: fc.constant('workflow-drawn' as const), lookAtMs }),
    fc.record({ kind: fc.constant('waited' as const), lookAtMs }),
    fc.record({ kind: fc.constant('person-asked' as const), token: fc.constantFrom('token-1', 'token-2') }),
    fc.record({ kind: fc.constant('escalated' as const), escalations: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      kind: fc.constant('found-settled' as const),
      settledBy: fc.constantFrom('resolution-1', 'resolution-2'),
    }),
  );

  const holdsAtEveryStep = (law: (before: CaseLife, event: CaseLifeEvent, after: CaseLife) => void): void =>
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (story) => {
        let life = born;
        story.forEach((it, i) => {
          const after = stepCaseLife(life, it, nowMs + i) ?? life;
          law(life, it, after);
          life = after;
        });
      }),
      { numRuns: 1_000 },
    );

  it('never counts its workflows down, and up only when one is drawn', () => {
    holdsAtEveryStep((before, { kind }, after) => {
      const isDrawn = kind === 'workflow-drawn' && !isOver(before);
      expect(after.workflow).toBe(before.workflow + (isDrawn ? 1 : 0));
    });
  });

  it('has a task with a person alone, a time to look while it waits alone, and a decision while it is settled alone', () => {
    holdsAtEveryStep((_, __, { state, task, lookAtMs: looksAtMs, settledBy }) => {
      expect(task !== undefined).toBe(state === 'with-a-person');
      expect(looksAtMs !== undefined).toBe(state === 'waiting');
      expect(settledBy !== undefined).toBe(state === 'settled');
    });
  });

  it('takes no notice of what it is told twice, but for another workflow', () => {
    holdsAtEveryStep((_, it, after) => {
      if (it.kind !== 'workflow-drawn') expect(stepCaseLife(after, it, nowMs + 99)).toBeUndefined();
    });
  });

  it('ends only by what the ledger says, and opens again only by that', () => {
    holdsAtEveryStep((before, { kind }, after) => {
      if (isOver(after) && !isOver(before)) expect(['found-settled', 'found-withdrawn']).toContain(kind);
      if (isOver(before) && !isOver(after)) expect([kind, after.state]).toEqual(['found-open', 'reopened']);
    });
  });

  it('stays about the same entry, and is in its state since it came there', () => {
    holdsAtEveryStep((before, _, after) => {
      expect(after).toMatchObject(found);
      if (before.state === after.state) expect(after.sinceMs).toBe(before.sinceMs);
      else expect(after.sinceMs).toBeGreaterThan(before.sinceMs);
    });
  });
});

const stepAll = (life: CaseLife, story: readonly CaseLifeEvent[]): CaseLife =>
  story.reduce((it, event) => stepCaseLife(it, event, nowMs) ?? it, life);
