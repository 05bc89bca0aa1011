/** Cases that are over while nobody hears of it: the sweeper closes their lives, since no view shows them any more. */
import { describe, expect, it } from 'vitest';
import { sweepCases } from '../../../services/review/sweep-cases.ts';
import { createContested, request } from './stories.ts';

const decided = async () => {
  const story = await createContested();
  const { here, caseId } = story;
  await here.openCases(here.newAlerts());
  const unfinished = async () => {
    const found: string[] = [];
    for await (const ref of here.deps.lives.unfinished('acme')) found.push(ref.caseId);
    return found;
  };
  const decide = async () => {
    await here.resolve({ caseId });
    await here.project();
    here.newAlerts();
  };
  return { ...story, unfinished, decide };
};

describe('a sweep over cases that no view shows as open', () => {
  it('closes the life of a case whose workflow gave up, and of whose decision the alert was lost', async () => {
    const { here, caseId, decide, unfinished } = await decided();
    here.workflows.end(`${caseId}-1`);
    await decide();
    expect(await here.life(caseId)).toMatchObject({ state: 'waiting' });

    expect(await here.sweep()).toEqual({ openCases: 0, failed: 0, isWhole: true });

    expect(await here.life(caseId)).toMatchObject({ state: 'settled' });
    expect(here.said()).toEqual(['ReviewStarted 1', 'ReviewEnded 1 settled']);
    expect(await unfinished()).toEqual([]);
  });

  it('tells a workflow that waits for a person', async () => {
    const { here, caseId, decide } = await decided();
    const token = here.workflows.ask(`${caseId}-1`);
    await here.holdCases([request({ caseId, token })]);
    await decide();

    await here.sweep();

    expect(here.workflows.answers()).toEqual([{ token, answer: {} }]);
    expect(await here.life(caseId)).toMatchObject({ state: 'settled' });
  });

  it('goes on beating for a case that only its row does not show yet', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const token = here.workflows.ask(`${caseId}-1`);
    await here.holdCases([request({ caseId, token })]);
    const emptyViews = { list: async () => ({ views: [], next: undefined }) };
    const beats = here.workflows.beats().length;

    await sweepCases({ ...here.deps, views: emptyViews }, { hasTime: () => true });

    expect(here.workflows.beats().slice(beats)).toEqual([token]);
    expect(await here.life(caseId)).toMatchObject({ state: 'with-a-person' });
  });

  it('knows what is unfinished even where its note was lost', async () => {
    const { here, caseId, unfinished, decide } = await decided();
    await here.controlStore.remove('unfinished-case/acme', caseId, 1);
    await here.sweep();
    expect(await unfinished()).toEqual([caseId]);

    await decide();
    await here.sweep();
    expect(await unfinished()).toEqual([]);
    await here.sweep();
    expect(await here.life(caseId)).toMatchObject({ state: 'settled' });
  });
});
