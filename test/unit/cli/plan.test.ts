import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { RegionState } from '../../../domain/write-plan/region-state.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { planHistory, promoteRegion, showPlan } from '../../../services/cli/commands/plan.ts';
import { appendPlan } from '../../../services/write-plan/append-plan.ts';
import type { PlanProposal } from '../../../services/write-plan/plan-proposal.ts';
import { recordIo } from '../../support/command-io.ts';
import { startMs } from '../../support/test-tokens.ts';
import { createTestPlanRegion, eu, healthyState, type TestPlanOptions, us } from '../../support/test-write-plan.ts';

const start = async (options: TestPlanOptions = {}) => {
  const { deps: planDeps, service: writePlan } = await createTestPlanRegion(options);
  const io = recordIo();
  return { ...io, planDeps, deps: { ...io, writePlan, nowMs: () => startMs } };
};

const text = { isJson: false };
const json = { isJson: true };

const toEu: PlanProposal = {
  primary: eu,
  reason: 'us-east-1 is gone',
  actor: 'on-call',
  idempotencyKey: 'cli-1',
};

describe('rejoin plan show', () => {
  it('tells of the plan, the breaker, the agent and the links', async () => {
    const { deps, said } = await start();
    expect(await showPlan(text, deps)).toBe(0);
    expect(said()).toMatch(/^primary +us-east-1$/m);
    expect(said()).toMatch(/^epoch +0, as configured: nobody has changed it$/m);
    expect(said()).toMatch(/^breaker +closed$/m);
    expect(said()).toMatch(/^decisions +taken by eu-west-1, us-east-1$/m);
    expect(said()).toMatch(/^agent +beat 0 s ago$/m);
    expect(said()).toMatch(
      /^peer +link lag +heard +its other links +its clock\neu-west-1 +1.8 s +1 s ago +well +-0.4 s$/m,
    );
    expect(said()).not.toMatch(/^lease/m);
  });

  it('tells who changed the plan, and why', async () => {
    const { deps, said } = await start();
    await deps.writePlan.change({ ...toEu, reason: 'gone\u001b[31m', regions: [eu] });
    await showPlan(text, deps);
    expect(said()).toMatch(/^epoch +1, by on-call in us-east-1 at 2026-01-01T00:00:00.000Z: gone \[31m$/m);
  });

  it('says what follows where the agent is silent, never ran, or the link is sick', async () => {
    const silent = await start({ state: { ...healthyState, writtenAtMs: startMs - 600_000 } });
    await showPlan(text, silent.deps);
    expect(silent.said()).toMatch(/^agent +SILENT, beat 10 min ago: the region behaves as if it were cut off$/m);
    expect(silent.said()).toMatch(/^decisions +taken by the primary only$/m);
    const never = await start({ state: undefined });
    await showPlan(text, never.deps);
    expect(never.said()).toMatch(/^agent +has never run here: start the region agent$/m);
    expect(never.said()).toMatch(/^eu-west-1 +not known +never/m);
    const sick: RegionState = { ...healthyState, breaker: { kind: 'open', openings: [startMs - 60_000] } };
    const open = await start({ state: sick });
    await showPlan(text, open.deps);
    expect(open.said()).toMatch(/^breaker +open since 2025-12-31T23:59:00.000Z, opened 1 times within the hour$/m);
  });

  it.each([
    [{ kind: 'held', epoch: 3, untilMs: startMs }, /^lease +held here, epoch 3, until 2026-01-01T00:00:00.000Z$/m],
    [{ kind: 'held', epoch: 3 }, /^lease +held here, epoch 3, and not used until it is renewed$/m],
    [{ kind: 'inherited', epoch: 3, waitedMs: 0, lookedAtMs: 0 }, /^lease +given to this region, epoch 3: it waits/m],
    [{ kind: 'none' }, /^lease +not held here$/m],
  ] as const)('tells of the lease %j', async (lease, line) => {
    const { deps, said } = await start({ state: { ...healthyState, lease } });
    await showPlan(text, deps);
    expect(said()).toMatch(line);
  });

  it('ends with 1 where the plan that stands was written twice, until a newer one settles it', async () => {
    const { deps, planDeps, said } = await start();
    for (const primary of [us, eu])
      await appendPlan(
        planDeps,
        { primary, regions: [us, eu], epoch: 4, reason: 'a drill' },
        { source: 'operator', actor: 'on-call', idempotencyKey: primary },
      );
    await deps.writePlan.change({ ...toEu, idempotencyKey: us, primary: us, reason: 'a drill' });
    expect(await showPlan(text, deps)).toBe(1);
    expect(said()).toMatch(/^conflict +epoch 4 was written 2 times, differently$/m);
    await deps.writePlan.change(toEu);
    expect(await showPlan(text, deps)).toBe(0);
  });

  it('is one JSON object for scripts', async () => {
    const { deps, json: lines } = await start();
    await showPlan(json, deps);
    expect(lines()).toMatchObject([
      { region: us, plan: { primary: us, epoch: 0 }, fresh: true, peers: [{ region: eu, linkLagMs: 1_840 }] },
    ]);
  });
});

describe('rejoin plan promote', () => {
  it('makes a region primary, also another than the one that it runs on', async () => {
    const { deps, said, told } = await start();
    expect(await promoteRegion(toEu, text, deps)).toBe(0);
    expect(said()).toBe('eu-west-1 is primary, with epoch 1\n');
    expect(told()).toContain('enacted in this region');
    expect(await promoteRegion(toEu, text, deps)).toBe(0);
    expect(said()).toContain('eu-west-1 had been made primary, with epoch 1\n');
  });

  it('says where the plan is not the one that the region goes by', async () => {
    const never = await start({ state: undefined });
    expect(await promoteRegion(toEu, json, never.deps)).toBe(0);
    expect(never.json()).toMatchObject([
      { outcome: 'changed', enacted: false, plan: { primary: eu, epoch: 1, actor: 'on-call' } },
    ]);
    expect(never.told()).toContain('not enacted in this region yet. Its agent does it within seconds');
    const { deps, told } = await start();
    await promoteRegion(toEu, text, deps);
    await promoteRegion({ ...toEu, primary: us, idempotencyKey: 'cli-2' }, text, deps);
    await promoteRegion(toEu, text, deps);
    expect(told()).toContain('this region goes by another plan now: rejoin plan history');
  });

  it.each([
    ['a region of another deployment', { primary: 'mars-1' }, 'primary: must be one of us-east-1, eu-west-1'],
    ['regions without the primary', { regions: [us] }, 'regions: must hold the primary'],
    ['no reason', { reason: '' }, 'reason: '],
  ])('ends with 2 on %s', async (_, more, message) => {
    const { deps, told, said } = await start();
    expect(await promoteRegion({ ...toEu, ...more }, text, deps)).toBe(2);
    expect(told()).toContain(`rejoin plan promote: ${message}`);
    expect(said()).toBe('');
  });

  it('ends with 2 on a key that belongs to another change', async () => {
    const { deps, told } = await start();
    await promoteRegion(toEu, text, deps);
    expect(await promoteRegion({ ...toEu, primary: us }, text, deps)).toBe(2);
    expect(told()).toMatch(/the key belongs to another change of plan, entry \S{26}\. Leave --key out/);
  });

  it('says both ways on where the witness does not answer', async () => {
    const gone = () => Promise.reject(new LedgerFault('unavailable', 'nobody answers'));
    const { deps, told } = await start({ witness: { ...createInMemoryControlStore(), get: gone } });
    expect(await promoteRegion(toEu, text, deps)).toBe(1);
    expect(told()).toContain('the witness cannot be reached, so the plan is as it was');
    expect(told()).toContain('--key cli-1');
    expect(told()).toContain('--without-witness');
    expect(await promoteRegion({ ...toEu, withoutWitness: true }, text, deps)).toBe(0);
  });

  it('names its key where nobody knows what became of it', async () => {
    const { deps, told } = await start();
    const writePlan = { ...deps.writePlan, change: () => Promise.reject(new LedgerFault('unavailable', 'no answer')) };
    await expect(promoteRegion(toEu, text, { ...deps, writePlan })).rejects.toThrow('no answer');
    expect(told()).toContain('it may have been written. Repeat it, here or in another region, with --key cli-1');
  });

  it('says in words what else keeps a plan from being written', async () => {
    const { deps, told } = await start();
    const writePlan = { ...deps.writePlan, change: async () => ({ kind: 'busy', tries: 8 }) as const };
    expect(await promoteRegion(toEu, text, { ...deps, writePlan })).toBe(1);
    expect(told()).toContain('Too many writers at once. Lost the race for the next position 8 times');
  });
});

describe('rejoin plan history', () => {
  it('lists who changed the plan, when and why, newest first', async () => {
    const { deps, said } = await start();
    await promoteRegion(toEu, text, deps);
    await promoteRegion({ ...toEu, primary: us, reason: 'it is back', idempotencyKey: 'cli-2' }, text, deps);
    const before = said().length;
    expect(await planHistory(text, deps)).toBe(0);
    const [head, ...rows] = said().slice(before).trimEnd().split('\n');
    expect(head).toMatch(/^epoch +primary +regions +by +in +written +enacted here +reason$/);
    expect(rows[0]).toMatch(
      /^2 +us-east-1 +eu-west-1,us-east-1 +on-call +us-east-1 +2026-\S+Z +2026-\S+Z +it is back$/,
    );
    expect(rows[1]).toMatch(/^1 +eu-west-1 .* us-east-1 is gone$/);
  });

  it('is one change a line as JSON, and says on standard error that there is none', async () => {
    const { deps, json: lines, told, said } = await start();
    expect(await planHistory(text, deps)).toBe(0);
    expect([said(), told()]).toEqual(['', 'Nobody has changed the plan: the configured one holds.\n']);
    await deps.writePlan.change(toEu);
    await planHistory(json, deps);
    expect(lines()).toMatchObject([{ epoch: 1, primary: eu, reason: 'us-east-1 is gone' }]);
  });
});
