import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { paid, placed } from '../../support/builders/retail-drafts.ts';
import { createReviewRegion, eu, stream, us } from '../../support/review-region.ts';
import { createContested, createEarly, createReopening, hourMs, minuteMs, request } from './stories.ts';

const begin = async ({ aheadMs = 0 } = {}) => {
  const story = await createContested();
  story.clock.advance(aheadMs);
  await story.here.openCases(story.here.newAlerts());
  story.clock.advance(-aheadMs);
  const input = { stream, caseId: story.caseId, workflow: 1 };
  return { ...story, input };
};

const decision = (outcome: object = { status: 'cancelled' }) => ({
  decision: { outcome, reason: 'the parcel came back', decidedBy: 'desk-7' },
});

describe('a step of the workflow', () => {
  it('waits until the grace period has passed, to the second after it, and then asks', async () => {
    const { here, caseId, clock } = await createEarly();
    clock.advance(1);
    await here.openCases(here.newAlerts());
    const look = { step: 'look', stream, caseId, workflow: 1 };

    const next = await here.decide(look);

    const endsAtMs = clock.nowMs() + 96 * hourMs;
    const until = new Date(endsAtMs + 999).toISOString();
    expect(next).toEqual({ next: 'wait', until, escalations: 0 });
    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', lookAtMs: endsAtMs });
    clock.advance(96 * hourMs);
    expect(await here.decide(look)).toEqual({ next: 'ask', escalations: 0 });
  });

  it('waits no longer than the grace period where the clock was ahead when the case was found', async () => {
    const { here, clock, input } = await begin({ aheadMs: 30 * 24 * hourMs });

    expect(await here.decide({ step: 'look', ...input })).toMatchObject({ next: 'wait' });
    clock.advance(minuteMs);

    expect(await here.decide({ step: 'look', ...input })).toMatchObject({ next: 'ask' });
  });

  it('ends where the case was settled, and closes its life', async () => {
    const { here, caseId, input } = await begin();
    await here.resolve({ caseId });

    expect(await here.decide({ step: 'look', ...input })).toEqual({ next: 'done', outcome: 'settled' });

    expect(await here.life(caseId)).toMatchObject({ state: 'settled' });
    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewEnded 1 settled']);
  });

  it('ends where nothing is left to decide', async () => {
    const { here, caseId } = await createEarly();
    await here.openCases(here.newAlerts());
    await here.append(paid());

    const next = await here.decide({ step: 'look', stream, caseId, workflow: 1 });

    expect(next).toEqual({ next: 'done', outcome: 'withdrawn' });
    expect(await here.life(caseId)).toMatchObject({ state: 'withdrawn' });
  });

  it('ends where another workflow has the case, and where nobody knows of its own', async () => {
    const { here, caseId, input } = await begin();

    expect(await here.decide({ step: 'look', ...input, workflow: 2 })).toEqual({ next: 'done', outcome: 'superseded' });
    await here.spoil(caseId);
    expect(await here.decide({ step: 'look', ...input })).toEqual({ next: 'done', outcome: 'superseded' });
  });

  it('ends where its case was over and opened again: that is the next workflow, though nobody has started it', async () => {
    const { here, caseId, withdraw, reopen } = await createReopening();
    await here.openCases(here.newAlerts());
    await withdraw();
    await here.openCases(here.newAlerts());
    await reopen();

    const next = await here.decide({ step: 'look', stream, caseId, workflow: 1 });

    expect(next).toEqual({ next: 'done', outcome: 'superseded' });
    expect(await here.life(caseId)).toMatchObject({ state: 'reopened', workflow: 1 });
    await here.sweep();
    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 2 });
  });

  it('hands a case back once the region that accepted it is heard again', async () => {
    const { there, caseId, clock } = await createContested();
    clock.advance(10 * minuteMs);
    await there.openCases(there.newAlerts());
    const look = { step: 'look', stream, caseId, workflow: 1 };
    expect(await there.decide(look)).toMatchObject({ next: 'wait' });
    there.hear(eu);

    expect(await there.decide(look)).toEqual({ next: 'done', outcome: 'handed-over' });

    expect(await there.life(caseId)).toMatchObject({ state: 'open', workflow: 1 });
    expect(there.said()).toEqual(['ReviewStarted 1', 'ReviewEnded 1 handed-over']);
  });

  it('tries again where the entry of the case is not in the ledger', async () => {
    const here = createReviewRegion(us);
    await here.append(placed());
    const input = { step: 'look', stream, caseId: '01KAJ2Q1C2N8G4S6Y0H3D5E7RP', workflow: 1 };

    await expect(here.decide(input)).rejects.toMatchObject({ code: 'ledger-behind' });
  });

  it('escalates once a step, however often the step is tried', async () => {
    const { here, caseId, input, clock } = await begin();
    clock.advance(25 * hourMs);

    const escalate = { step: 'escalate', ...input, escalations: 0 };
    for (let tries = 0; tries < 3; tries++)
      expect(await here.decide(escalate)).toEqual({ next: 'ask', escalations: 1 });
    expect(await here.life(caseId)).toMatchObject({ escalations: 1 });
    expect(await here.decide({ step: 'escalate', ...input, escalations: 1 })).toEqual({ next: 'ask', escalations: 2 });

    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewEscalated 1', 'ReviewEscalated 1']);
    expect(await here.decide({ step: 'look', ...input })).toEqual({ next: 'ask', escalations: 2 });
  });
});

describe('a decision that answers the workflow', () => {
  it('is appended as one that came through the API, and settles the case', async () => {
    const { here, caseId, input } = await begin();

    const next = await here.decide({ step: 'decide', ...input, answer: decision() });

    expect(next).toEqual({ next: 'done', outcome: 'settled' });
    const folded = await here.folded();
    expect(folded).toMatchObject({ status: 'cancelled', class: 'precedence' });
    const { entries } = await here.eventStore.load(stream);
    expect(entries.find(({ id }) => id === folded.cases[0]?.settledBy)).toMatchObject({
      source: 'reviewer',
      actor: 'desk-7',
      events: [{ data: { cases: [caseId], status: 'cancelled', reason: 'the parcel came back' } }],
    });
  });

  it('is appended once when the step is tried again after a crash', async () => {
    const { here, input } = await begin();
    const step = { step: 'decide', ...input, answer: decision() };
    await here.decide(step);
    const { entries } = await here.eventStore.load(stream);

    expect(await here.decide(step)).toEqual({ next: 'done', outcome: 'settled' });

    expect((await here.eventStore.load(stream)).entries).toHaveLength(entries.length);
  });

  it('is two entries and one outcome when two regions decide under the same number without seeing each other', async () => {
    const { here, there, input, clock } = await begin();
    clock.advance(10 * minuteMs);
    await there.openCases(there.newAlerts());
    await here.decide({ step: 'decide', ...input, answer: decision({ status: 'cancelled' }) });
    await there.decide({ step: 'decide', ...input, answer: decision({ status: 'shipped' }) });
    await here.receive(there);
    await there.receive(here);

    const [folded, other] = [await here.folded(), await there.folded()];

    expect(folded).toEqual(other);
    expect(folded.cases.map(({ reasons }) => reasons)).toEqual([['contested'], ['resolutions-differ']]);
  });

  it('is a decision of its own where another region took the same one under the same number', async () => {
    const { here, there, caseId, input, clock } = await begin();
    clock.advance(10 * minuteMs);
    await there.openCases(there.newAlerts());
    for (const region of [here, there]) await region.decide({ step: 'decide', ...input, answer: decision() });
    await here.receive(there);

    const folded = await here.folded();

    expect(folded).toMatchObject({ status: 'cancelled', class: 'precedence', duplicates: [] });
    expect(folded.history.filter(({ source }) => source === 'reviewer')).toHaveLength(2);
    expect(folded.cases).toMatchObject([{ id: caseId, reasons: ['contested'] }]);
  });

  it('is refused and asked for again where the ledger cannot take it', async () => {
    const { here, caseId, input, clock } = await begin();
    clock.advance(hourMs);

    const next = await here.decide({ step: 'decide', ...input, answer: decision({ status: 'teleported' }) });

    expect(next).toEqual({ next: 'ask', escalations: 0 });
    expect(here.counts['DecisionsRefused']).toBe(1);
    expect(await here.decide({ step: 'decide', ...input, answer: decision() })).toMatchObject({ outcome: 'settled' });
    expect(await here.life(caseId)).toMatchObject({ state: 'settled' });
  });

  it.each([
    ['text', 'cancelled'],
    ['nothing at all', null],
    ['a decision under another name', { decison: decision().decision }],
    ['a decision without a reason', { decision: { outcome: {}, decidedBy: 'desk-7' } }],
    ['a decision without an outcome', { decision: { reason: 'so', decidedBy: 'desk-7' } }],
    ['a decision by nobody', { decision: { outcome: {}, reason: 'so', decidedBy: '' } }],
    ['a reason without an end', { decision: { outcome: {}, reason: 'x'.repeat(2_001), decidedBy: 'desk-7' } }],
    ['a text that cannot be hashed', { decision: { outcome: {}, reason: 'half a \ud800', decidedBy: 'desk-7' } }],
    [
      'a value without a bottom',
      decision({ fields: { note: JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) } }),
    ],
    ['a field that no object can have', decision({ fields: JSON.parse('{"__proto__":"gift"}') })],
  ])('is asked for again where the answer is %s', async (_, answer) => {
    const { here, input, clock } = await begin();
    clock.advance(hourMs);
    const { entries } = await here.eventStore.load(stream);

    expect(await here.decide({ step: 'decide', ...input, answer })).toEqual({ next: 'ask', escalations: 0 });

    expect(here.counts['DecisionsRefused']).toBe(1);
    expect((await here.eventStore.load(stream)).entries).toHaveLength(entries.length);
  });

  it('is kept by the workflow and tried again while the region takes no decisions', async () => {
    const resolve = async () => ({ kind: 'busy' as const, tries: 8 });
    const { here, input } = await (async () => {
      const story = await createContested({ changes: () => ({ resolve }) });
      await story.here.openCases(story.here.newAlerts());
      return { ...story, input: { stream, caseId: story.caseId, workflow: 1 } };
    })();

    await expect(here.decide({ step: 'decide', ...input, answer: decision() })).rejects.toBeInstanceOf(LedgerFault);

    expect(here.counts['DecisionsRefused']).toBeUndefined();
  });

  it('is taken also from a workflow that is not the newest any more', async () => {
    const { here, caseId, input } = await begin();
    await here.spoil(caseId);

    const next = await here.decide({ step: 'decide', ...input, answer: decision() });

    expect(next).toEqual({ next: 'done', outcome: 'settled' });
    expect(await here.folded()).toMatchObject({ status: 'cancelled' });
  });

  it('is no decision where the answer is empty: the workflow looks again', async () => {
    const { here, caseId, input, clock } = await begin();
    clock.advance(hourMs);
    const token = here.workflows.ask(`${caseId}-1`);
    await here.holdCases([request({ caseId, token })]);

    expect(await here.decide({ step: 'decide', ...input, answer: {} })).toEqual({ next: 'ask', escalations: 0 });

    expect(here.counts['DecisionsRefused']).toBeUndefined();
  });
});

describe('the input of a step', () => {
  const input = { step: 'look', stream, caseId: '01KAJ2Q1C2N8G4S6Y0H3D5E7RP', workflow: 1 };

  it.each([
    ['no object', 'look'],
    ['another step', { ...input, step: 'guess' }],
    ['no order', { ...input, stream: 'plan' }],
    ['no case', { ...input, caseId: 'case' }],
    ['no number', { ...input, workflow: 0 }],
    ['half a number', { ...input, workflow: 1.5 }],
    ['escalations that are none', { ...input, step: 'escalate', escalations: -1 }],
  ])('is refused where it is %s, without being quoted', async (_, given) => {
    const error: unknown = await createReviewRegion(us)
      .decide(given)
      .catch((it: unknown) => it);
    expect(String(error)).toMatch(/^Error: a step cannot be read: /);
    expect(String(error)).not.toMatch(/guess|plan|case'/);
  });
});
