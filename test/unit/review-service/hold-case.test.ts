import { describe, expect, it } from 'vitest';
import { paid } from '../../support/builders/retail-drafts.ts';
import { stream } from '../../support/review-region.ts';
import { createContested, createEarly, minuteMs, request } from './stories.ts';

describe('hold case', () => {
  it('keeps the token of a case that a workflow wants a person for, and says so', async () => {
    const { here, caseId, clock } = await createContested();
    await here.openCases(here.newAlerts());
    const token = here.workflows.ask(`${caseId}-1`);

    await here.holdCases([request({ caseId, token })]);

    expect(await here.life(caseId)).toMatchObject({
      state: 'with-a-person',
      task: { token, askedAtMs: clock.nowMs() },
    });
    expect(here.workflows.beats()).toEqual([token]);
    expect(here.workflows.answers()).toEqual([]);
    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewAsked 1']);
  });

  it('says it once when the message comes again', async () => {
    const { here, caseId, clock } = await createContested();
    await here.openCases(here.newAlerts());
    const message = request({ caseId, token: here.workflows.ask(`${caseId}-1`) });
    await here.holdCases([message, message]);
    const life = await here.life(caseId);
    clock.advance(minuteMs);

    await here.holdCases([message]);

    expect(await here.life(caseId)).toEqual(life);
    expect(here.workflows.answers()).toEqual([]);
    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewAsked 1']);
  });

  it('drops a message that is older than the one that is held', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const late = request({ caseId, token: here.workflows.ask(`${caseId}-1`) });
    const token = here.workflows.ask(`${caseId}-1`);
    await here.holdCases([request({ caseId, token })]);

    await here.holdCases([late]);

    expect((await here.life(caseId))?.task?.token).toBe(token);
    expect(here.workflows.answers()).toEqual([]);
  });

  it('holds the newest of two requests, whatever order they come in', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const first = here.workflows.ask(`${caseId}-1`);
    await here.holdCases([request({ caseId, token: first })]);
    const second = here.workflows.ask(`${caseId}-1`);

    await here.holdCases([request({ caseId, token: second }), request({ caseId, token: first })]);

    expect((await here.life(caseId))?.task?.token).toBe(second);
  });

  it('answers at once where there is nothing to decide any more', async () => {
    const { here, caseId } = await createEarly();
    await here.openCases(here.newAlerts());
    const token = here.workflows.ask(`${caseId}-1`);
    await here.append(paid());

    await here.holdCases([request({ caseId, token })]);

    expect(here.workflows.answers()).toEqual([{ token, answer: {} }]);
    expect(await here.life(caseId)).toMatchObject({ state: 'withdrawn' });
    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewEnded 1 withdrawn']);
  });

  it('sends a workflow away that is not the newest, and one of which nothing is known', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    await here.workflows.start({ stream, caseId, workflow: 2 });
    const stray = here.workflows.ask(`${caseId}-2`);

    await here.holdCases([request({ caseId, token: stray, workflow: 2 })]);

    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 1 });
    await here.spoil(caseId);
    const token = here.workflows.ask(`${caseId}-1`);
    await here.holdCases([request({ caseId, token })]);
    expect(here.workflows.answers()).toEqual([
      { token: stray, answer: {} },
      { token, answer: {} },
    ]);
  });
});
