import { describe, expect, it } from 'vitest';
import { admit } from '../../../domain/write-plan/admission.ts';
import { leaseDefaults } from '../../../domain/write-plan/lease.ts';
import type { WrittenPlan } from '../../../domain/write-plan/plan-stream.ts';
import { configuredPlan } from '../../../domain/write-plan/write-plan.ts';
import { breakable, createLinkedRegions, type LinkedRegion } from '../../support/linked-agents.ts';

const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;

const written = (epoch: number, primary: string, rest: Partial<WrittenPlan> = {}): WrittenPlan => ({
  primary,
  regions: [eu, us],
  epoch,
  entryId: `plan-${epoch}-${primary}`,
  reason: 'a drill',
  actor: 'ops',
  region: us,
  recordedAt: undefined,
  ...rest,
});

/** What its API answers to a decision now. */
const decides = async (region: LinkedRegion): Promise<string> => {
  const gate = await region.gate();
  if (!gate) throw new Error('the deployment has a write plan');
  const admission = admit(gate, {
    region: region.name,
    whenIsolated: ['primary'],
    home: us,
    nowMs: region.clock.nowMs(),
  });
  return admission.kind === 'admitted' ? 'yes' : admission.reason;
};

const decisionsOf = ({ regions }: { readonly regions: readonly LinkedRegion[] }) => Promise.all(regions.map(decides));

describe('agents of two regions', () => {
  it('begin with only the primary deciding, and let both decide once the link has been well for a cool-down', async () => {
    const world = createLinkedRegions();
    expect(await decisionsOf(world), 'before the first beat').toEqual(['yes', 'isolated']);
    await world.seconds(30);
    expect(await decisionsOf(world)).toEqual(['yes', 'isolated']);
    await world.seconds(35);
    expect(await decisionsOf(world)).toEqual(['yes', 'yes']);
  });

  it.each([
    { where: 'both ways', cuts: [`${us}>${eu}`, `${eu}>${us}`] },
    { where: 'from the primary alone', cuts: [`${us}>${eu}`] },
    { where: 'to the primary alone', cuts: [`${eu}>${us}`] },
  ])('leave decisions to the primary within the threshold and two beats of a cut $where', async ({ cuts }) => {
    const world = createLinkedRegions();
    await world.seconds(70);
    for (const [from = '', to = ''] of cuts.map((link) => link.split('>'))) world.cut(from, to);
    let secondsToRefusal = 0;
    while ((await decides(world.region(eu))) === 'yes' && secondsToRefusal < 60) {
      await world.second();
      secondsToRefusal++;
    }
    expect(secondsToRefusal).toBeGreaterThan(25);
    expect(secondsToRefusal).toBeLessThanOrEqual(32);
    await world.seconds(2);
    expect(await decisionsOf(world)).toEqual(['yes', 'isolated']);
    expect((await world.region(us).state()).breaker.kind, 'the primary sees it, too').not.toBe('closed');
    world.heal();
    await world.seconds(70);
    expect(await decisionsOf(world)).toEqual(['yes', 'yes']);
  });

  it('do not care that a clock is ten minutes fast, slow, or jumps', async () => {
    const world = createLinkedRegions();
    world.region(eu).clock.jump(600_000);
    await world.seconds(70);
    expect(await decisionsOf(world)).toEqual(['yes', 'yes']);
    world.region(eu).clock.jump(-1_200_000);
    await world.seconds(1);
    expect((await world.region(eu).state()).breaker.kind).toBe('closed');
    expect(world.region(eu).counted).toContain('ClockJumped');
  });

  it('say how things stand', async () => {
    const world = createLinkedRegions();
    await world.seconds(70);
    const { gauges } = world.region(us);
    expect(gauges.get(`LinkLagMs ${us} ${eu}`)).toBe(2_000);
    expect(gauges.get(`HeartbeatAgeMs ${eu} ${us}`)).toBe(0);
    expect(gauges.get('BreakerState')).toBe(0);
    world.cut(eu, us);
    await world.seconds(40);
    expect(gauges.get(`LinkLagMs ${us} ${eu}`)).toBe(41_000);
    expect(gauges.get(`HeartbeatAgeMs ${eu} ${us}`)).toBe(39_000);
    expect(gauges.get('BreakerState')).toBe(2);
  });

  it.each([
    ['is still arriving', async (nowMs: number) => nowMs - 5_000],
    ['cannot be known', () => Promise.reject(new Error('no answer'))],
  ])('wait with closing for a backlog that %s', async (_, read) => {
    const world = createLinkedRegions();
    const region = world.region(eu);
    const agent = region.createAgent({ readLateArrivalMs: () => read(region.clock.nowMs()) });
    for (let i = 0; i < 120; i++) {
      await world.second([us]);
      await agent.beat();
    }
    expect((await region.state()).breaker.kind).toBe('half-open');
  });
});

describe('agents of three regions', () => {
  it('leave decisions to the primary also where the third region still sees both halves', async () => {
    const world = createLinkedRegions({ names: [us, eu, ap] });
    await world.seconds(70);
    world.cut(us, eu);
    world.cut(eu, us);
    await world.seconds(35);
    expect(await decisionsOf(world)).toEqual(['yes', 'isolated', 'isolated']);
    world.heal();
    await world.seconds(70);
    expect(await decisionsOf(world)).toEqual(['yes', 'yes', 'yes']);
  });
});

describe('runs of one agent', () => {
  it('that overlap beat one at a time, and the next goes on when the first has ended', async () => {
    const world = createLinkedRegions();
    await world.seconds(70);
    const region = world.region(eu);
    const next = region.createAgent();
    const outcomes: string[] = [];
    for (let i = 0; i < 5; i++) {
      await world.second();
      outcomes.push((await next.beat()).kind);
    }
    expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'standing-by'));
    for (let i = 0; i < 5; i++) {
      await world.second([us]);
      outcomes.push((await next.beat()).kind);
    }
    expect(outcomes.slice(5)).toEqual(['standing-by', 'standing-by', 'beaten', 'beaten', 'beaten']);
    expect((await region.state()).breaker.kind, 'the breaker is where it was').toBe('closed');
  });

  it('that end leave the document to the next one, a beat later', async () => {
    const world = createLinkedRegions();
    const region = world.region(eu);
    const [first, next] = [region.createAgent(), region.createAgent()];
    await first.beat();
    await world.second([]);
    expect((await next.beat()).kind).toBe('standing-by');
    await first.beat({ isLast: true });
    expect((await next.beat()).kind, 'or its clock would seem to have stood still').toBe('standing-by');
    await world.second([]);
    expect((await next.beat()).kind).toBe('beaten');
    expect(region.counted).not.toContain('ClockJumped');
  });

  it('of which one wrote from an old reading change nothing', async () => {
    const world = createLinkedRegions();
    await world.seconds(2);
    const region = world.region(eu);
    const { state, revision } = await region.document.read();
    await world.second();
    expect(await region.document.replace({ ...(state as NonNullable<typeof state>), counter: 1 }, revision)).toBe(
      false,
    );
  });
});

describe('plans', () => {
  it('are enacted as they arrive, and an older one that comes late changes nothing', async () => {
    const world = createLinkedRegions();
    const region = world.region(eu);
    region.plans.push(written(3, eu));
    await world.seconds(6);
    region.plans.push(written(2, us));
    await world.seconds(6);
    const { plan, enactedAtMs, writtenAtMs } = await region.state();
    expect(plan).toMatchObject({ primary: eu, epoch: 3 });
    expect(region.counted.filter((name) => name === 'PlanEnacted')).toHaveLength(1);
    expect(enactedAtMs).toBeLessThan(writtenAtMs);
    expect(region.enacted).toMatchObject([{ plan, enactedAtMs }]);
  });

  it.each([
    ['none', []],
    ['an empty one', [written(3, eu, { regions: [] })]],
    ['one without a primary', [written(3, '')]],
    ['one whose primary takes no part', [written(3, ap)]],
  ])('that say nothing leave the configured primary: %s', async (_, plans) => {
    const world = createLinkedRegions();
    world.region(eu).plans.push(...plans);
    await world.seconds(6);
    expect((await world.region(eu).state()).plan).toMatchObject({ primary: us, epoch: 0 });
  });

  it('that cannot be read leave what was enacted', async () => {
    const world = createLinkedRegions();
    const region = world.region(eu);
    region.plans.push(written(3, eu));
    await world.seconds(6);
    const agent = region.createAgent({ readPlans: () => Promise.reject(new Error('no answer')) });
    for (let i = 0; i < 12; i++) {
      await world.second([us]);
      await agent.beat();
    }
    expect((await region.state()).plan).toMatchObject({ primary: eu, epoch: 3 });
    expect(region.counted).toContain('BeatImpaired');
  });

  it('of one epoch that differ end the same everywhere, and people hear of it', async () => {
    const world = createLinkedRegions();
    for (const region of world.regions) region.plans.push(written(1, eu), written(1, us));
    await world.seconds(6);
    const [one, other] = await Promise.all(world.regions.map((region) => region.state()));
    expect(one?.plan).toEqual(other?.plan);
    expect(world.region(eu).counted).toContain('PlanConflict');
    const counted = world.region(eu).counted.length;
    for (const region of world.regions) region.plans.push(written(2, us));
    await world.seconds(12);
    expect(world.region(eu).counted.slice(counted + 1), 'a newer plan settles it').not.toContain('PlanConflict');
  });
});

describe('what is safe when something is missing', () => {
  it('a region without a document: only the configured primary decides, and facts go on', async () => {
    const world = createLinkedRegions();
    expect(await decisionsOf(world)).toEqual(['yes', 'isolated']);
  });

  it('a document that cannot be read is replaced, and begins open', async () => {
    const world = createLinkedRegions();
    const region = world.region(eu);
    await region.controlStore.put('write-plan', 'region', { breaker: 'closed' }, 0);
    expect(await decides(region)).toBe('isolated');
    await world.seconds(2);
    expect((await region.state()).breaker.kind).not.toBe('closed');
  });

  it('a document that has grown old opens the gate of no secondary', async () => {
    const world = createLinkedRegions();
    await world.seconds(70);
    await world.seconds(9, [us]);
    expect(await decisionsOf(world)).toEqual(['yes', 'yes']);
    await world.seconds(2, [us]);
    expect(await decisionsOf(world)).toEqual(['yes', 'isolated']);
  });

  it('a missing heartbeat of a peer opens the breaker', async () => {
    const world = createLinkedRegions();
    await world.seconds(70);
    const region = world.region(us);
    const agent = region.createAgent({ heartbeats: { put: async () => true, load: async () => [] } });
    for (let i = 0; i < 40; i++) {
      await world.second([eu]);
      await agent.beat();
    }
    expect((await region.state()).breaker.kind).toBe('open');
  });

  it('beats that cannot be read for a moment change nothing, and for longer than the threshold open', async () => {
    const world = createLinkedRegions();
    await world.seconds(70);
    const region = world.region(eu);
    const agent = region.createAgent({ heartbeats: breakable(region.heartbeats, () => true) });
    const kinds: string[] = [];
    for (let i = 0; i < 40; i++) {
      await world.second([us]);
      await agent.beat();
      kinds.push((await region.state()).breaker.kind);
    }
    expect(kinds[20]).toBe('closed');
    expect(kinds[39]).toBe('open');
  });

  it('keeps silent where it could not look, so that no peer takes it for deaf', async () => {
    const world = createLinkedRegions();
    await world.seconds(70);
    const region = world.region(eu);
    const [before] = await region.heartbeats.load([eu]);
    const agent = region.createAgent({ heartbeats: breakable(region.heartbeats, () => true) });
    for (let i = 0; i < 5; i++) {
      await world.second([us]);
      await agent.beat();
    }
    expect(await region.heartbeats.load([eu])).toEqual([before]);
    expect((await world.region(us).state()).breaker.kind).toBe('closed');
  });

  it('does not take a look of long ago for quiet', async () => {
    const world = createLinkedRegions();
    const region = world.region(eu);
    const slow = region.createAgent({
      readLateArrivalMs: async () => {
        region.clock.jump(leaseDefaults.lookMsMax + 1);
        return undefined;
      },
    });
    for (let i = 0; i < 30; i++) {
      await world.second([us]);
      await slow.beat();
    }
    expect((await region.state()).breaker.kind).not.toBe('closed');
  });

  it('a lost document does not bring the configured plan back', async () => {
    const world = createLinkedRegions();
    const region = world.region(eu);
    region.plans.push(written(3, eu));
    await world.seconds(7);
    const document = await region.document.read();
    await region.controlStore.remove('write-plan', 'region', document.revision);
    await world.second();
    expect((await region.state()).plan).toMatchObject({ primary: eu, epoch: 3 });
  });

  it('a lost document stays lost while nobody can say what was enacted', async () => {
    const world = createLinkedRegions();
    const region = world.region(eu);
    const agent = region.createAgent({ readPlans: () => Promise.reject(new Error('no answer')) });
    expect((await agent.beat()).kind).toBe('failed');
    expect((await region.document.read()).state).toBeUndefined();
  });

  it('the configured plan follows the settings for as long as nobody wrote one', async () => {
    const world = createLinkedRegions();
    await world.seconds(5);
    const region = world.region(eu);
    const configured = configuredPlan(eu, [us, eu]);
    const next = region.createAgent({ configured });
    for (let i = 0; i < 5; i++) {
      await world.second([us]);
      await next.beat();
    }
    expect((await region.state()).plan).toEqual(configured);
  });

  it('counts on from the heartbeat that stands where the document was lost', async () => {
    const world = createLinkedRegions();
    await world.seconds(70);
    const region = world.region(eu);
    const document = await region.document.read();
    await region.controlStore.remove('write-plan', 'region', document.revision);
    await world.second();
    expect((await region.state()).counter).toBe(71);
    const [beat] = await region.heartbeats.load([eu]);
    expect(beat?.counter).toBe(71);
  });
});

describe('with a witness', () => {
  const started = async () => {
    const world = createLinkedRegions({ hasWitness: true });
    await world.seconds(75);
    expect(await decisionsOf(world)).toEqual(['yes', 'yes']);
    return world;
  };
  const cutBoth = (world: Awaited<ReturnType<typeof started>>) => {
    world.cut(us, eu);
    world.cut(eu, us);
  };

  it('the primary goes on in a partition while it reaches the witness', async () => {
    const world = await started();
    cutBoth(world);
    await world.seconds(120);
    expect(await decisionsOf(world)).toEqual(['yes', 'isolated']);
    expect(world.region(eu).takeovers).toEqual([]);
  });

  it('another region takes over from a primary that is gone, with the next epoch', async () => {
    const world = await started();
    let seconds = 0;
    while (world.region(eu).takeovers.length === 0 && seconds < 120) {
      await world.second([eu]);
      seconds++;
    }
    expect(world.region(eu).takeovers[0]).toBe(1);
    await world.seconds(5, [eu]);
    expect(world.region(eu).counted.filter((name) => name === 'LeaseTaken')).toHaveLength(1);
    expect(seconds, 'threshold, term and margin').toBeLessThanOrEqual(30 + 20 + 3);
  });

  it('a primary that is cut off from everything stops before another region takes over', async () => {
    const world = await started();
    cutBoth(world);
    world.witness.isReachable = (region) => region !== us;
    let stoppedAfter: number | undefined;
    let takenAfter: number | undefined;
    for (let second = 1; second <= 120; second++) {
      await world.second();
      if ((await decides(world.region(us))) === 'no-lease') stoppedAfter ??= second;
      if (world.region(eu).takeovers.length > 0) takenAfter ??= second;
    }
    expect(stoppedAfter).toBeLessThan(takenAfter ?? 0);
  });

  it('that nobody reaches is only an alarm while the breaker is closed', async () => {
    const world = await started();
    world.witness.isReachable = () => false;
    await world.seconds(120);
    expect(await decisionsOf(world)).toEqual(['yes', 'yes']);
    expect(world.region(us).counted.filter((name) => name === 'WitnessUnreachable')).toHaveLength(120);
  });

  it('that nobody reaches while the breaker is open stops the primary, and nobody takes over', async () => {
    const world = await started();
    cutBoth(world);
    world.witness.isReachable = () => false;
    await world.seconds(120);
    expect(await decisionsOf(world)).toEqual(['no-lease', 'isolated']);
    expect(world.regions.flatMap(({ takeovers }) => takeovers)).toEqual([]);
  });

  it('a plan that says so needs no lease', async () => {
    const world = await started();
    cutBoth(world);
    world.witness.isReachable = () => false;
    world.region(eu).plans.push(written(1, eu, { withoutWitness: true }));
    await world.seconds(40);
    expect(await decides(world.region(eu))).toBe('yes');
  });

  it('a region that the plan dropped counts until its lease must be over, if it was cut off', async () => {
    const world = await started();
    cutBoth(world);
    await world.seconds(40);
    const region = world.region(eu);
    region.plans.push(written(1, eu, { regions: [eu] }));
    while ((await region.state()).plan.epoch === 0) await world.second();
    const kinds: string[] = [];
    for (let i = 0; i < 100; i++) {
      await world.second();
      kinds.push((await region.state()).breaker.kind);
    }
    const termAndMargin = (leaseDefaults.termMs + leaseDefaults.marginMs) / 1_000;
    expect(new Set(kinds.slice(0, termAndMargin - 1))).toEqual(new Set(['open']));
    expect(kinds.at(-1), 'and not for ever').toBe('closed');
  });

  it('the lease is not held on by a clock that jumped back', async () => {
    const world = await started();
    cutBoth(world);
    await world.seconds(35);
    world.witness.isReachable = (region) => region !== us;
    world.region(us).clock.jump(-600_000);
    expect(await decides(world.region(us)), 'at once, by the reading of the gate').toBe('no-lease');
    await world.seconds(3);
    expect(await decides(world.region(us))).toBe('no-lease');
  });

  it('a primary that comes back finds itself deposed', async () => {
    const world = await started();
    await world.seconds(80, [eu]);
    world.region(us).plans.push(written(1, eu));
    await world.seconds(6);
    expect((await world.region(us).state()).lease?.kind).toBe('none');
    expect((await world.region(us).state()).plan).toMatchObject({ primary: eu, epoch: 1 });
  });
});
