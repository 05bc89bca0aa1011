/** Functions of the review that are at one case at once, one of them held up between any two of its calls to a port. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideCase } from '../../../services/review/decide-case.ts';
import { holdCase } from '../../../services/review/hold-case.ts';
import { openCase } from '../../../services/review/open-case.ts';
import type { ReviewFunctionsDeps } from '../../../services/review/review-functions.ts';
import { paid } from '../../support/builders/retail-drafts.ts';
import { createReviewMachine } from '../../support/review-machine.ts';
import { stream } from '../../support/review-region.ts';
import { around, expectConsistent } from './dying.ts';
import { createContested, createEarly, createReopening, minuteMs, request } from './stories.ts';

const stepsMax = 16;

/** Lets `meanwhile` happen before the call of that number; false where there was no such call. */
const heldUp = (deps: ReviewFunctionsDeps, step: number, meanwhile: () => Promise<unknown>) => {
  let calls = 0;
  const deeds = around(deps, async (work) => {
    if (calls++ === step) await meanwhile();
    return work();
  });
  return { deps: deeds, wasHeldUp: () => calls > step };
};

describe('two that open one case', () => {
  it('start one workflow, whichever is held up and wherever', async () => {
    let held = 0;
    for (let step = 0; step < stepsMax; step++) {
      const { here, caseId } = await createContested();
      const ref = { stream, caseId };
      const slow = heldUp(here.deps, step, () => openCase(here.deps, ref));

      await openCase(slow.deps, ref);

      if (!slow.wasHeldUp()) continue;
      held++;
      expect(here.workflows.started()).toEqual([{ stream, caseId, workflow: 1 }]);
      expect(new Set(here.said())).toEqual(new Set(['ReviewStarted 1']));
      await expectConsistent(here, caseId, `held up at ${step}`);
    }
    expect(held).toBeGreaterThan(5);
  });

  it('start one workflow, however their calls are mixed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, many) => {
        const { here, caseId } = await createContested();
        const mixed = around(here.deps, (work) => scheduler.schedule(Promise.resolve()).then(work));

        await scheduler.waitFor(Promise.all(Array.from({ length: many }, () => openCase(mixed, { stream, caseId }))));

        expect(here.workflows.started()).toEqual([{ stream, caseId, workflow: 1 }]);
        await expectConsistent(here, caseId);
      }),
      { numRuns: 100 },
    );
  });

  it('draw one number when the workflow before has given up', async () => {
    for (let step = 0; step < stepsMax; step++) {
      const { here, caseId, clock } = await createContested();
      const ref = { stream, caseId };
      await openCase(here.deps, ref);
      here.workflows.end(`${caseId}-1`);
      clock.advance(15 * minuteMs);

      await openCase(heldUp(here.deps, step, () => openCase(here.deps, ref)).deps, ref);

      expect(here.workflows.runningInputs(), `held up at ${step}`).toEqual([{ stream, caseId, workflow: 2 }]);
      await expectConsistent(here, caseId, `held up at ${step}`);
    }
  });
});

describe('one that found a case open and sleeps', () => {
  it('does not open it again over somebody who found that it is over', async () => {
    for (let step = 0; step < stepsMax; step++) {
      const { here, caseId } = await createEarly();
      const ref = { stream, caseId };
      const machine = createReviewMachine(here);
      await openCase(here.deps, ref);
      const slow = heldUp(here.deps, step, async () => {
        await here.append(paid());
        await openCase(here.deps, ref);
        await machine.run();
      });

      await openCase(slow.deps, ref);

      if (!slow.wasHeldUp()) continue;
      const life = await here.life(caseId);
      expect(life, `held up at ${step}`).toMatchObject({ state: 'withdrawn', workflow: 1 });
      expect(new Set(here.said())).toEqual(new Set(['ReviewStarted 1', 'ReviewEnded 1 withdrawn']));
    }
  });
});

describe('one that found a case over and sleeps', () => {
  it('does not close it over somebody who found it open again', async () => {
    let held = 0;
    for (let step = 0; step < stepsMax; step++) {
      const { here, caseId, withdraw, reopen } = await createReopening();
      const ref = { stream, caseId };
      await openCase(here.deps, ref);
      await withdraw();
      const slow = heldUp(here.deps, step, async () => {
        await openCase(here.deps, ref);
        await reopen();
        await openCase(here.deps, ref);
      });

      await openCase(slow.deps, ref);

      if (!slow.wasHeldUp()) continue;
      held++;
      const machine = createReviewMachine(here);
      await machine.run();
      await expectConsistent(here, caseId, `held up at ${step}`);
      expect(await here.life(caseId), `held up at ${step}`).toMatchObject({ state: 'waiting', workflow: 2 });
    }
    expect(held).toBeGreaterThan(2);
  });
});

describe('one that looks for a workflow that has given up on it, and sleeps', () => {
  it.each([true, false])(
    'leaves nobody with a task that no life knows (drained when it wakes: %s)',
    async (isDrained) => {
      let held = 0;
      for (let step = 0; step < stepsMax; step++) {
        const { here, caseId, clock } = await createContested();
        const ref = { stream, caseId };
        const machine = createReviewMachine(here);
        const { circumstances } = here;
        await openCase(here.deps, ref);
        // The grace period is over, and a backlog may still bring the rest.
        clock.advance(2 * minuteMs);
        circumstances.isDrained = false;
        const slow = heldUp(here.deps, step, async () => {
          circumstances.isDrained = true;
          await machine.run();
          await machine.deliver();
          expect(await here.life(caseId)).toMatchObject({ state: 'with-a-person' });
          circumstances.isDrained = isDrained;
        });

        await decideCase(slow.deps, { ...ref, workflow: 1, step: 'look' });

        if (!slow.wasHeldUp()) continue;
        held++;
        await machine.run();
        await machine.deliver();
        await expectConsistent(here, caseId, `held up at ${step}`);
        const isAsking = machine.placeOf(`${caseId}-1`) === 'asking';
        expect((await here.life(caseId))?.state, `held up at ${step}`).toBe(isAsking ? 'with-a-person' : 'waiting');
        if (isDrained) expect(isAsking, `held up at ${step}`).toBe(true);
      }
      expect(held).toBeGreaterThan(3);
    },
  );
});

describe('one that holds a case while it is closed', () => {
  it('leaves no workflow waiting for an answer', async () => {
    for (const isHolderSlow of [true, false])
      for (let step = 0; step < stepsMax; step++) {
        const { here, caseId } = await createEarly();
        const ref = { stream, caseId };
        await openCase(here.deps, ref);
        const token = here.workflows.ask(`${caseId}-1`);
        const hold = (deps: ReviewFunctionsDeps) => holdCase(deps, { ...ref, workflow: 1, taskToken: token });
        const close = (deps: ReviewFunctionsDeps) => openCase(deps, ref);
        const [slow, quick] = isHolderSlow ? [hold, close] : [close, hold];
        if (isHolderSlow) {
          await slow(
            heldUp(here.deps, step, async () => {
              await here.append(paid());
              await quick(here.deps);
            }).deps,
          );
        } else {
          await here.append(paid());
          await slow(heldUp(here.deps, step, () => quick(here.deps)).deps);
          await here.holdCases([request({ caseId, token })]);
        }

        const hint = `${isHolderSlow ? 'holder' : 'closer'} held up at ${step}`;
        const life = await here.life(caseId);
        // Held up past its end: nobody came between.
        if (life?.state === 'with-a-person') expect((await here.folded()).cases, hint).not.toEqual([]);
        else expect(await here.workflows.beat(token), hint).toBe('gone');
      }
  });
});
