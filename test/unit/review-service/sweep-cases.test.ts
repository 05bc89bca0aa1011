import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { restartMsMin } from '../../../services/review/open-case.ts';
import { lastCaseMs } from '../../../services/review/review-functions.ts';
import { sweepCases } from '../../../services/review/sweep-cases.ts';
import { placed, shipped } from '../../support/builders/retail-drafts.ts';
import { createReviewMachine } from '../../support/review-machine.ts';
import { createReviewRegion, eu, stream, us } from '../../support/review-region.ts';
import { lambdaContext } from '../../support/stream-event.ts';
import { createContested, createEarly, minuteMs, request } from './stories.ts';

describe('a sweep', () => {
  it('starts the workflow of a case whose alert was lost', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const other = await createEarlyOrders(here, 1);
    here.newAlerts();

    const report = await here.sweep();

    expect(report).toEqual({ openCases: 2, failed: 0, isWhole: true });
    expect(here.counts['OpenCases']).toBe(2);
    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 1 });
    expect(here.workflows.runningInputs().map((input) => input.stream)).toEqual([stream, other[0]]);
  });

  it('starts under the same name what ran in an engine that was restarted', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    here.workflows.restart();

    await here.sweep();

    expect(here.workflows.runningInputs()).toEqual([{ stream, caseId, workflow: 1 }]);
    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 1 });
    expect(here.said()).toEqual(['ReviewStarted 1']);
  });

  it('does nothing for a case whose workflow runs', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const life = await here.life(caseId);

    for (let sweeps = 0; sweeps < 3; sweeps++) await here.sweep();

    expect(await here.life(caseId)).toEqual(life);
    expect(here.workflows.started()).toHaveLength(1);
  });

  it('finds a case that has become urgent while its workflow waits', async () => {
    const { here, caseId, clock } = await createContested();
    await here.openCases(here.newAlerts());
    await here.spoil(caseId, { ...(await here.life(caseId)), lookAtMs: clock.nowMs() + 96 * 60 * minuteMs });

    await here.sweep();

    expect(await here.life(caseId)).toMatchObject({ workflow: 2 });
  });

  it('finds a workflow that would sleep for years, since the clock was ahead when it was started', async () => {
    const { here, caseId, clock } = await createEarly();
    clock.advance(300 * 24 * 60 * minuteMs);
    await here.openCases(here.newAlerts());
    clock.advance(-300 * 24 * 60 * minuteMs);

    await here.sweep();

    const lookAtMs = clock.nowMs() + 96 * 60 * minuteMs;
    expect(await here.life(caseId)).toMatchObject({ state: 'waiting', workflow: 2, lookAtMs });
  });

  it('beats for a case that is with a person', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const token = here.workflows.ask(`${caseId}-1`);
    await here.holdCases([request({ caseId, token })]);

    await here.sweep();

    expect(here.workflows.beats()).toEqual([token, token]);
    expect(here.workflows.answers()).toEqual([]);
  });

  it('starts the next workflow some time after one gave up', async () => {
    const { here, caseId, clock } = await createContested();
    await here.openCases(here.newAlerts());
    here.workflows.end(`${caseId}-1`);
    await here.sweep();
    expect(here.workflows.runningInputs()).toEqual([]);
    clock.advance(restartMsMin);
    here.hear(us);

    await here.sweep();

    expect(here.workflows.runningInputs()).toEqual([{ stream, caseId, workflow: 2 }]);
  });

  it('takes over from a region that is silent, and gives back to one that is heard again', async () => {
    const { there, caseId, clock } = await createContested();
    await there.openCases(there.newAlerts());
    const machine = createReviewMachine(there);
    await there.sweep();
    expect(there.workflows.started()).toEqual([]);
    clock.advance(10 * minuteMs);
    await there.sweep();
    await machine.run();
    await machine.deliver();
    expect(await there.life(caseId)).toMatchObject({ state: 'with-a-person', workflow: 1 });
    there.hear(eu);

    await there.sweep();
    await machine.run();

    expect(there.workflows.runningInputs()).toEqual([]);
    expect(await there.life(caseId)).toMatchObject({ state: 'open', workflow: 1 });
    expect(there.said()).toEqual(['ReviewStarted 1', 'ReviewAsked 1', 'ReviewEnded 1 handed-over']);
  });

  it("says that a case is another region's again where the workflow that had it is gone", async () => {
    const { there, caseId, clock } = await createContested();
    clock.advance(10 * minuteMs);
    await there.openCases(there.newAlerts());
    expect(await there.life(caseId)).toMatchObject({ state: 'waiting' });
    there.workflows.restart();
    there.hear(eu);

    await there.sweep();

    expect(await there.life(caseId)).toMatchObject({ state: 'open', workflow: 1 });
    expect(there.workflows.runningInputs()).toEqual([]);
  });

  it('reads no order of a case that is left to another region', async () => {
    const { there } = await createContested();
    await there.openCases(there.newAlerts());
    const reads: string[] = [];
    const eventStore = {
      load: (of: string) => {
        reads.push(of);
        return there.eventStore.load(of);
      },
    };

    await sweepCases({ ...there.deps, eventStore }, { hasTime: () => true });

    expect(reads).toEqual([]);
  });

  it('goes on with the others where one case cannot be looked at', async () => {
    const { here } = await createContested();
    await here.openCases(here.newAlerts());
    const [broken, whole] = await createEarlyOrders(here, 2);
    const eventStore = {
      load: async (of: string) => {
        if (of === broken) throw new LedgerFault('throttled', 'too much at once');
        return here.eventStore.load(of);
      },
    };

    const report = await sweepCases({ ...here.deps, eventStore }, { hasTime: () => true });

    expect(report).toEqual({ openCases: 3, failed: 1, isWhole: true });
    expect(here.counts['CasesNotSwept']).toBe(1);
    expect(here.workflows.runningInputs().map((input) => input.stream)).toEqual([stream, whole]);
  });

  it('looks at every case of many pages and tenants once, and at few at a time', async () => {
    const here = createReviewRegion(us);
    const streams = [...(await createEarlyOrders(here, 120)), ...(await createEarlyOrders(here, 30, 'bolt'))];
    for (const of of [streams[0], streams[120]])
      await here.openCases(here.newAlerts().filter(({ body }) => body.includes(`"${of}"`)));
    const looks: string[] = [];
    let [atOnce, atOnceMax] = [0, 0];
    const lives = {
      ...here.deps.lives,
      read: async (ref: { readonly stream: string; readonly caseId: string }) => {
        looks.push(ref.stream);
        atOnceMax = Math.max(atOnceMax, ++atOnce);
        await new Promise((resolve) => setImmediate(resolve));
        atOnce--;
        return here.deps.lives.read(ref);
      },
    };
    const workflows = { ...here.workflows, start: async () => 'running' as const };
    await Promise.all(['acme', 'bolt'].map((tenant) => here.controlStore.put('case-tenants', tenant, {}, 0)));

    const report = await sweepCases({ ...here.deps, lives, workflows }, { hasTime: () => true });

    expect(report).toEqual({ openCases: 150, failed: 0, isWhole: true });
    expect(new Set(looks)).toEqual(new Set(streams));
    expect(atOnceMax).toBeLessThanOrEqual(16);
  });

  it('stops when its time is up, and does not pass for a whole one', async () => {
    const here = createReviewRegion(us);
    await createEarlyOrders(here, 40);
    await here.controlStore.put('case-tenants', 'acme', {}, 0);
    let looks = 0;

    const report = await sweepCases(here.deps, { hasTime: () => ++looks <= 20 });

    expect(report).toMatchObject({ openCases: 20, isWhole: false });
    expect(here.counts).not.toHaveProperty('OpenCases');
    expect(here.workflows.started()).toHaveLength(20);
  });

  it('ends while its invocation still has the time that the slowest case takes', async () => {
    const { here } = await createEarly();
    await here.controlStore.put('case-tenants', 'acme', {}, 0);
    const sweepWithin = (ms: number) =>
      here.functions.sweepCases({}, { ...lambdaContext(), getRemainingTimeInMillis: () => ms });

    expect(await sweepWithin(lastCaseMs)).toMatchObject({ isWhole: false, openCases: 0 });
    expect(await sweepWithin(lastCaseMs + 1)).toMatchObject({ isWhole: true, openCases: 1 });
  });

  it('fails as a whole where the workflows or the cases cannot be listed', async () => {
    const { here } = await createContested();
    await here.openCases(here.newAlerts());
    const fails = async (): Promise<never> => {
      throw new LedgerFault('unavailable', 'not now');
    };
    const running = async function* (): AsyncGenerator<string> {
      yield fails();
    };

    for (const changes of [{ views: { list: fails } }, { workflows: { ...here.workflows, running } }])
      await expect(sweepCases({ ...here.deps, ...changes }, { hasTime: () => true })).rejects.toThrow('not now');
  });
});

const createEarlyOrders = async (
  region: ReturnType<typeof createReviewRegion>,
  count: number,
  tenant = 'acme',
): Promise<readonly string[]> => {
  const streams = Array.from({ length: count }, (_, i) => `order/${tenant}/early-${i}`);
  for (const of of streams) {
    await region.append(placed(), of);
    await region.append(shipped(), of);
    await region.project(of);
  }
  return streams;
};
