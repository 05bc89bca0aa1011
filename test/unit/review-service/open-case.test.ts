import { describe, expect, it } from 'vitest';
import { hashEntry } from '../../../domain/ledger/entry-hash.ts';
import { openCase, restartMsMin } from '../../../services/review/open-case.ts';
import { paid } from '../../support/builders/retail-drafts.ts';
import { collect } from '../../support/collect.ts';
import { eu, stream } from '../../support/review-region.ts';
import { createContested, createEarly, createReopening, hourMs, minuteMs, request } from './stories.ts';

describe('open case', () => {
  it('remembers a case that this region accepted and starts its first workflow', async () => {
    const { here, caseId, clock } = await createContested();

    await here.openCases(here.newAlerts());

    expect(await here.life(caseId)).toEqual({
      caseId,
      stream,
      position: 'eu-west-1/0000000001',
      acceptedIn: eu,
      state: 'waiting',
      sinceMs: clock.nowMs(),
      foundAtMs: clock.nowMs(),
      workflow: 1,
      startedAtMs: clock.nowMs(),
      lookAtMs: clock.nowMs() + minuteMs,
      escalations: 0,
    });
    expect(here.workflows.started()).toEqual([{ stream, caseId, workflow: 1 }]);
    expect(here.said()).toEqual(['ReviewStarted 1']);
  });

  it('leaves the workflow of a case to the region that accepted it', async () => {
    const { there, caseId } = await createContested();

    await there.openCases(there.newAlerts());

    expect(await there.life(caseId)).toMatchObject({ state: 'open', workflow: 0, acceptedIn: eu });
    expect(there.workflows.started()).toEqual([]);
    expect(there.said()).toEqual([]);
  });

  it('takes over the case of a region that has been silent', async () => {
    const { there, caseId, clock } = await createContested();
    clock.advance(10 * minuteMs);

    await there.openCases(there.newAlerts());

    expect(await there.life(caseId)).toMatchObject({ state: 'waiting', workflow: 1, acceptedIn: eu });
    expect(there.workflows.started()).toHaveLength(1);
  });

  it('hands a case that has become urgent to the next workflow, since the one that waits cannot be woken', async () => {
    const { here, caseId, clock } = await createContested();
    const alerts = here.newAlerts();
    await here.openCases(alerts);
    await here.spoil(caseId, { ...(await here.life(caseId)), lookAtMs: clock.nowMs() + 96 * hourMs });

    await here.openCases(alerts);

    expect(await here.life(caseId)).toMatchObject({ workflow: 2, lookAtMs: clock.nowMs() + minuteMs });
    expect(here.workflows.started()).toMatchObject([{ workflow: 1 }, { workflow: 2 }]);
  });

  it('waits for no backlog of a region whose case it takes over', async () => {
    const { there, caseId, clock } = await createContested();
    clock.advance(10 * minuteMs);
    there.circumstances.isDrained = false;
    await there.openCases(there.newAlerts());
    clock.advance(minuteMs);

    expect(await there.decide({ step: 'look', stream, caseId, workflow: 1 })).toMatchObject({ next: 'ask' });
  });

  it('changes nothing when the same alerts come again, and in any order', async () => {
    const { here, caseId } = await createContested();
    const alerts = here.newAlerts();
    await here.openCases(alerts);
    const life = await here.life(caseId);

    for (const batch of [alerts, [...alerts].reverse(), [...alerts, ...alerts]]) await here.openCases(batch);

    expect(await here.life(caseId)).toEqual(life);
    expect(here.workflows.started()).toHaveLength(1);
    expect(here.said()).toEqual(['ReviewStarted 1']);
  });

  it('believes the ledger and not the alert: one that comes late opens nothing that is over', async () => {
    const { here, clock, caseId } = await createEarly();
    const late = here.newAlerts();
    await here.append(paid());
    await here.project();
    await here.openCases(here.newAlerts());
    expect(await here.life(caseId)).toMatchObject({ state: 'withdrawn', workflow: 0 });
    clock.advance(hourMs);

    await here.openCases(late);

    expect(await here.life(caseId)).toMatchObject({ state: 'withdrawn', workflow: 0 });
    expect(here.workflows.started()).toEqual([]);
    expect(here.said()).toEqual([]);
  });

  it('withdraws a case whose predecessor came within the grace period', async () => {
    const { here, caseId } = await createEarly();
    await here.openCases(here.newAlerts());
    await here.append(paid());
    await here.project();

    await here.openCases(here.newAlerts());

    expect(await here.life(caseId)).toMatchObject({ state: 'withdrawn', workflow: 1 });
    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewEnded 1 withdrawn']);
  });

  it('answers the workflow that waits for a person, once a resolution has settled the case', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const token = here.workflows.ask(`${caseId}-1`);
    await here.holdCases([request({ caseId, token })]);
    const settled = await here.resolve({ caseId });
    await here.project();

    await here.openCases(here.newAlerts());

    expect(settled.kind).toBe('decided');
    expect(here.workflows.answers()).toEqual([{ token, answer: {} }]);
    const life = await here.life(caseId);
    expect(life).toMatchObject({ state: 'settled', workflow: 1 });
    expect(life?.settledBy).toBe((await here.folded()).cases[0]?.settledBy);
    expect(life).not.toHaveProperty('task');
    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewAsked 1', 'ReviewEnded 1 settled']);
  });

  it('starts the next workflow under the next number when a case opens again', async () => {
    const { here, clock, caseId, withdraw, reopen } = await createReopening();
    await here.openCases(here.newAlerts());
    await withdraw();
    await here.openCases(here.newAlerts());
    expect(await here.life(caseId)).toMatchObject({ state: 'withdrawn', workflow: 1 });
    clock.advance(hourMs);

    await reopen();
    await here.openCases(here.newAlerts());

    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 2, foundAtMs: clock.nowMs() });
    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewEnded 1 withdrawn', 'ReviewStarted 2']);
    await expect(here.decide({ step: 'look', stream, caseId, workflow: 1 })).resolves.toEqual({
      next: 'done',
      outcome: 'superseded',
    });
  });

  it('makes nothing of an alert that somebody forged about a case that is not there', async () => {
    const { here } = await createContested();
    const caseId = '01KAJ2Q1C2N8G4S6Y0H3D5E7RP';

    expect(await openCase(here.deps, { stream, caseId })).toBeUndefined();
    expect(await openCase(here.deps, { stream: 'order/acme/nowhere', caseId })).toBeUndefined();

    expect(await here.life(caseId)).toBeUndefined();
    expect(await collect(here.deps.lives.tenants())).toEqual([]);
    expect(here.workflows.started()).toEqual([]);
  });

  it('begins a life anew where what is stored cannot be read, past the numbers that were used up', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    here.workflows.end(`${caseId}-1`);
    await here.spoil(caseId, { state: 'lost' });

    await openCase(here.deps, { stream, caseId });

    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 2 });
    expect(here.workflows.runningInputs()).toEqual([{ stream, caseId, workflow: 2 }]);
  });

  it('goes on with the workflow that runs where what is stored cannot be read', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    await here.spoil(caseId);

    await openCase(here.deps, { stream, caseId });

    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 1 });
    expect(here.workflows.started()).toHaveLength(1);
  });

  it('gives a workflow that gave up some time before it starts another', async () => {
    const { here, caseId, clock } = await createContested();
    await here.openCases(here.newAlerts());
    here.workflows.end(`${caseId}-1`);
    clock.advance(restartMsMin - 1);
    for (let i = 0; i < 3; i++) await openCase(here.deps, { stream, caseId });
    expect(await here.life(caseId)).toMatchObject({ workflow: 1 });

    clock.advance(1);
    for (let i = 0; i < 3; i++) await openCase(here.deps, { stream, caseId });

    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 2 });
    expect(here.workflows.runningInputs()).toEqual([{ stream, caseId, workflow: 2 }]);
  });

  it('starts the next workflow also where the clock was ahead when the one before was started', async () => {
    const { here, caseId, clock } = await createContested();
    clock.advance(30 * 24 * hourMs);
    await here.openCases(here.newAlerts());
    await here.holdCases([request({ caseId, token: here.workflows.ask(`${caseId}-1`) })]);
    here.workflows.end(`${caseId}-1`);
    clock.advance(-30 * 24 * hourMs);

    await openCase(here.deps, { stream, caseId });

    expect(here.workflows.runningInputs()).toEqual([{ stream, caseId, workflow: 2 }]);
  });

  it('leaves a case to the first of two orders that claim its id', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const life = await here.life(caseId);
    const other = 'order/acme/2002';
    for (const entry of (await here.eventStore.load(stream)).entries)
      here.eventStore.replicate(hashEntry({ ...entry, stream: other }, here.deps.sha256));

    expect(await openCase(here.deps, { stream: other, caseId })).toBeUndefined();

    expect((await here.folded(other)).cases).toMatchObject([{ id: caseId }]);
    expect(await here.life(caseId)).toEqual(life);
    expect(here.workflows.started()).toHaveLength(1);
  });

  it('waits a little longer while the backlog of a partition may still be coming in', async () => {
    const { here, caseId, clock } = await createContested();
    await here.openCases(here.newAlerts());
    const look = { step: 'look', stream, caseId, workflow: 1 };
    here.circumstances.isDrained = false;
    clock.advance(minuteMs);
    expect(await here.decide(look)).toMatchObject({ next: 'wait' });

    here.circumstances.isDrained = true;

    expect(await here.decide(look)).toEqual({ next: 'ask', escalations: 0 });
  });
});
