/**
 * Functions that die before or after each of their calls to a port, and with them their process. Whoever comes next has
 * to find nothing that it cannot make good.
 */
import { describe, expect, it } from 'vitest';
import { decideCase } from '../../../services/review/decide-case.ts';
import { holdCase } from '../../../services/review/hold-case.ts';
import { openCase } from '../../../services/review/open-case.ts';
import type { ReviewFunctionsDeps } from '../../../services/review/review-functions.ts';
import { sweepCases } from '../../../services/review/sweep-cases.ts';
import { createReviewMachine } from '../../support/review-machine.ts';
import { stream } from '../../support/review-region.ts';
import { deaths, dying, expectConsistent } from './dying.ts';
import { createContested, createReopening, minuteMs, request } from './stories.ts';

type Story = Awaited<ReturnType<typeof begin>>;

interface Scene {
  readonly name: string;
  readonly play: (story: Story) => Promise<(deps: ReviewFunctionsDeps) => Promise<unknown>>;
  /** Whether the message comes again, too; else the sweeper and the workflow are all there is. */
  readonly isRepeated?: boolean;
}

const begin = async () => {
  const { withdraw, reopen, ...story } = await createReopening();
  const machine = createReviewMachine(story.here);
  const { here, caseId } = story;
  const ask = async () => {
    await here.openCases(here.newAlerts());
    const token = here.workflows.ask(`${caseId}-1`);
    return { stream, caseId, workflow: 1, taskToken: token };
  };
  return { ...story, withdraw, reopen, machine, ask, ref: { stream, caseId } };
};

const scenes: readonly Scene[] = [
  {
    name: 'a case is opened',
    play: async ({ ref, here }) => {
      await here.controlStore.put('case-tenants', 'acme', {}, 0);
      return (deps) => openCase(deps, ref);
    },
  },
  {
    name: 'a case is opened again',
    play: async ({ ref, here, withdraw, reopen, machine }) => {
      await here.openCases(here.newAlerts());
      await withdraw();
      await here.openCases(here.newAlerts());
      here.workflows.end(`${ref.caseId}-1`);
      machine.forget();
      await reopen();
      return (deps) => openCase(deps, ref);
    },
  },
  {
    name: 'a case is held',
    play: async ({ ask }) => {
      const held = await ask();
      return (deps) => holdCase(deps, held);
    },
    isRepeated: true,
  },
  {
    name: 'a case is closed while a person has it',
    play: async ({ ref, here, ask, withdraw }) => {
      const { taskToken } = await ask();
      await here.holdCases([request({ caseId: ref.caseId, token: taskToken })]);
      await withdraw();
      return (deps) => openCase(deps, ref);
    },
    isRepeated: true,
  },
  {
    name: 'a workflow looks at a case',
    play: async ({ ref, here }) => {
      await here.openCases(here.newAlerts());
      return (deps) => decideCase(deps, { ...ref, workflow: 1, step: 'look' });
    },
  },
  {
    name: 'a workflow takes a decision',
    play: async ({ ref, here }) => {
      await here.openCases(here.newAlerts());
      const answer = { decision: { outcome: { status: 'shipped' }, reason: 'seen', decidedBy: 'desk-7' } };
      return (deps) => decideCase(deps, { ...ref, workflow: 1, step: 'decide', answer });
    },
    isRepeated: true,
  },
  {
    name: 'a workflow escalates',
    play: async ({ ref, here }) => {
      await here.openCases(here.newAlerts());
      return (deps) => decideCase(deps, { ...ref, workflow: 1, step: 'escalate', escalations: 0 });
    },
  },
  {
    name: 'a case is swept',
    play: async ({ here }) => {
      await here.controlStore.put('case-tenants', 'acme', {}, 0);
      return (deps) => sweepCases({ ...here.deps, ...deps }, { hasTime: () => true });
    },
  },
];

describe.each(scenes)('a process that dies while $name', ({ play, isRepeated = false }) => {
  it('leaves nothing that the next do not make good', async () => {
    let died = 0;
    for (const death of deaths) {
      const hint = `${death.when} ${death.step}`;
      const story = await begin();
      const { here, caseId, machine, clock } = story;
      const act = await play(story);
      const dead = dying(here.deps, death);
      await act(dead.deps).catch(() => undefined);
      if (!dead.state.isDead) continue;
      died++;

      if (isRepeated) await act(here.deps).catch(() => undefined);
      const { length } = here.workflows.started();
      await here.sweep();
      await here.sweep();
      await machine.run();
      await machine.deliver();
      await machine.run();

      await expectConsistent(here, caseId, hint);
      const numbers = here.workflows.started().map(({ workflow }) => workflow);
      expect(numbers, hint).toEqual([...new Set(numbers)].sort());
      expect(here.workflows.started().length - length, hint).toBeLessThanOrEqual(1);
      clock.advance(minuteMs);
    }
    expect(died).toBeGreaterThan(3);
  });
});

describe('a closing that nobody hears of', () => {
  it('shows when nobody beats for the case: the workflow looks, and ends', async () => {
    const { here, caseId, withdraw, clock } = await createReopening({});
    const machine = createReviewMachine(here);
    await here.openCases(here.newAlerts());
    clock.advance(97 * 60 * minuteMs);
    await machine.run();
    await machine.deliver();
    expect(await here.life(caseId)).toMatchObject({ state: 'with-a-person' });
    await withdraw();
    here.newAlerts();
    for (let minutes = 0; minutes < 11; minutes++) {
      await here.sweep();
      await machine.run();
      clock.advance(minuteMs);
    }

    await expectConsistent(here, caseId);
  });

  it('is no case for another region to take over', async () => {
    const { here, there, caseId, clock } = await createContested();
    await here.resolve({ caseId });
    await there.receive(here);
    await there.project();
    there.newAlerts();
    clock.advance(10 * minuteMs);

    await there.sweep();

    expect(there.workflows.started()).toEqual([]);
  });
});
