import { describe, expect, it } from 'vitest';
import type { ControlStore } from '../../../domain/ports/control-store.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { RegionState } from '../../../domain/write-plan/region-state.ts';
import type { WritePlanSettings } from '../../../domain/write-plan/write-plan-settings.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { readSettings } from '../../../infra/settings/settings.ts';
import { openWriteGate } from '../../../services/write-plan/open-write-gate.ts';
import { createRegionDocument } from '../../../services/write-plan/region-document.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;
const env = { AWS_REGION: eu, PEERS: us, PRIMARY_REGION: us, API_URLS: `${us}=https://us.example.com` };
const settings = readSettings(env).writePlan as WritePlanSettings;

const state: RegionState = {
  agent: 'run-1',
  plan: { primary: eu, regions: [eu, us], epoch: 7, entryId: 'plan-7' },
  breaker: { kind: 'closed', openings: [] },
  links: { [us]: { lagMs: 1_000, counter: 4, heardAtMs: 5, skewMs: -3, hasSickLink: false } },
  counter: 9,
  writtenAtMs: 1_000_000,
};

const never = () => new Promise<void>(() => undefined);

const open = (
  controlStore: ControlStore,
  clock = { nowMs: () => 1_000_500 },
  stopwatch = clock,
  sleep: (ms: number) => Promise<void> = never,
) => {
  let reads = 0;
  const counting: Pick<ControlStore, 'get' | 'put'> = {
    put: controlStore.put,
    get: (kind, name) => {
      reads++;
      return controlStore.get(kind, name);
    },
  };
  const faults: unknown[] = [];
  const gate = openWriteGate({
    settings,
    region: eu,
    peers: [us],
    controlStore: counting,
    clock,
    stopwatch,
    sleep,
    onFault: (fault) => faults.push(fault),
  });
  return { gate, reads: () => reads, faults };
};

const unavailable = (controlStore: ControlStore): ControlStore => ({
  ...controlStore,
  get: () => Promise.reject(new LedgerFault('unavailable', 'no answer')),
});

describe('the write gate', () => {
  it('is what the document says', async () => {
    const controlStore = createInMemoryControlStore();
    await createRegionDocument(controlStore).replace(state, 0);
    expect(await open(controlStore).gate.read()).toEqual({
      plan: state.plan,
      breaker: 'closed',
      leaseUntilMs: undefined,
      hasWitness: false,
      isStrict: false,
      primaryUrl: undefined,
      writtenAtMs: 1_000_000,
    });
  });

  it('is read once a second, however many ask at once', async () => {
    const controlStore = createInMemoryControlStore();
    await createRegionDocument(controlStore).replace(state, 0);
    let nowMs = 1_000_000;
    const { gate, reads } = open(controlStore, { nowMs: () => nowMs });
    await Promise.all(Array.from({ length: 20 }, () => gate.read()));
    nowMs += 999;
    await gate.read();
    expect(reads()).toBe(1);
    nowMs += 1;
    await gate.read();
    expect(reads()).toBe(2);
    nowMs -= 600_000;
    await gate.read();
    expect(reads(), 'after a clock that went back').toBe(3);
  });

  it('is read again after a second in which the clock stood still', async () => {
    const controlStore = createInMemoryControlStore();
    let stopwatchMs = 5;
    const { gate, reads } = open(controlStore, { nowMs: () => 1_000_000 }, { nowMs: () => stopwatchMs });
    await gate.read();
    stopwatchMs += 999;
    await gate.read();
    expect(reads()).toBe(1);
    stopwatchMs += 1;
    await gate.read();
    expect(reads()).toBe(2);
  });

  it('is read again by a process that slept while its stopwatch stood still', async () => {
    const controlStore = createInMemoryControlStore();
    let nowMs = 1_000_000;
    const { gate, reads } = open(controlStore, { nowMs: () => nowMs }, { nowMs: () => 5 });
    await gate.read();
    nowMs += 60_000;
    await gate.read();
    expect(reads()).toBe(2);
  });

  it.each([
    ['absent', undefined],
    ['no state', { breaker: 'closed' }],
    ['a plan without its primary', { ...state, plan: { ...state.plan, regions: [us] } }],
    ['of another shape', 'closed'],
  ])('says the configured plan and an open breaker where the document is %s', async (_, value) => {
    const controlStore = createInMemoryControlStore();
    if (value !== undefined) await controlStore.put('write-plan', 'region', value, 0);
    expect(await open(controlStore).gate.read()).toMatchObject({
      plan: { primary: us, regions: [eu, us], epoch: 0 },
      breaker: 'open',
      primaryUrl: 'https://us.example.com',
    });
  });

  it('says the same where it cannot be read at all, and never throws', async () => {
    const { gate, faults } = open(unavailable(createInMemoryControlStore()));
    expect(await gate.read()).toMatchObject({ plan: { primary: us }, breaker: 'open' });
    expect(faults).toHaveLength(1);
  });

  it('keeps the plan that was enacted where the document is gone, and opens the breaker', async () => {
    const controlStore = createInMemoryControlStore();
    const document = createRegionDocument(controlStore);
    await document.replace(state, 0);
    let nowMs = 1_000_000;
    const { gate } = open(controlStore, { nowMs: () => nowMs });
    await gate.read();
    await controlStore.remove('write-plan', 'region', 1);
    nowMs += 1_000;
    expect(await gate.read()).toMatchObject({ plan: { primary: eu, epoch: 7 }, breaker: 'open' });
  });

  it('keeps the newest plan where an agent without a past has written an older one', async () => {
    const controlStore = createInMemoryControlStore();
    const document = createRegionDocument(controlStore);
    await document.replace(state, 0);
    let nowMs = 1_000_000;
    const { gate } = open(controlStore, { nowMs: () => nowMs });
    await gate.read();
    const plan = { primary: us, regions: [eu, us], epoch: 0, entryId: '' };
    await document.replace({ ...state, plan, breaker: { kind: 'open', openings: [] } }, 1);
    nowMs += 1_000;
    expect(await gate.read()).toMatchObject({ plan: { primary: eu, epoch: 7 }, breaker: 'open' });
    await document.replace({ ...state, plan: { ...state.plan, epoch: 8 } }, 2);
    nowMs += 1_000;
    expect(await gate.read()).toMatchObject({ plan: { epoch: 8 }, breaker: 'closed' });
  });

  it('waits half a second at most, and then says what it knows', async () => {
    const controlStore = createInMemoryControlStore();
    await createRegionDocument(controlStore).replace(state, 0);
    let nowMs = 1_000_000;
    let isHanging = false;
    const hanging: ControlStore = {
      ...controlStore,
      get: (...key) => (isHanging ? new Promise(() => undefined) : controlStore.get(...key)),
    };
    const slept: number[] = [];
    const sleep = async (ms: number) => {
      slept.push(ms);
      if (!isHanging) await never();
    };
    const { gate } = open(hanging, { nowMs: () => nowMs }, { nowMs: () => nowMs }, sleep);
    await gate.read();
    isHanging = true;
    nowMs += 5_000;
    expect(await gate.read()).toMatchObject({ breaker: 'closed', plan: { epoch: 7 } });
    expect(slept.at(-1)).toBe(500);
  });

  it('goes by the configured plan for as long as nobody wrote one, also where that has changed', async () => {
    const controlStore = createInMemoryControlStore();
    const before = { primary: eu, regions: [eu, us], epoch: 0, entryId: '' };
    await createRegionDocument(controlStore).replace({ ...state, plan: before }, 0);
    expect(await open(controlStore).gate.read()).toMatchObject({ plan: { primary: us }, breaker: 'closed' });
  });

  it('is none where every region may always write', async () => {
    for (const writePlan of [
      readSettings({ AWS_REGION: us }).writePlan,
      readSettings({ ...env, LEDGER_CONSISTENCY: 'strong' }).writePlan,
    ]) {
      const controlStore = createInMemoryControlStore();
      const clock = { nowMs: () => 0 };
      const options = {
        settings: writePlan,
        region: us,
        peers: [],
        controlStore,
        clock,
        stopwatch: clock,
        sleep: never,
      };
      expect(await openWriteGate({ ...options, onFault: () => undefined }).read()).toBeUndefined();
    }
  });
});

describe('the settings of the write plan', () => {
  const mistakes = (change: Record<string, string | undefined>): string => {
    try {
      readSettings({ ...env, ...change });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it('have a default for all but the primary', () => {
    expect(settings).toMatchObject({
      primary: us,
      isStrict: false,
      witness: undefined,
      breaker: { thresholdMs: 30_000, healthyMs: 15_000, coolDownMs: 60_000, openingsPerHourMax: 6 },
      lease: { termMs: 15_000, marginMs: 5_000 },
    });
    const said = readSettings({
      ...env,
      WITNESS: 'us-west-2=http://127.0.0.1:4999',
      STRICT_WHEN_ISOLATED: 'true',
      BREAKER_THRESHOLD_SECONDS: '10',
      LEASE_TERM_SECONDS: '12',
    }).writePlan;
    expect(said).toMatchObject({
      witness: { region: 'us-west-2', endpoint: 'http://127.0.0.1:4999' },
      isStrict: true,
      breaker: { thresholdMs: 10_000, healthyMs: 5_000 },
      lease: { termMs: 12_000, marginMs: 4_000 },
    });
  });

  it.each([
    ['no primary beside peers', { PRIMARY_REGION: undefined }, 'PRIMARY_REGION: must say'],
    ['a primary that is no replica', { PRIMARY_REGION: 'ap-south-1' }, 'PRIMARY_REGION: must be AWS_REGION'],
    ['a witness that is a replica', { WITNESS: us }, 'WITNESS: must be a region that holds no replica'],
    ['a witness that is no region', { WITNESS: 'us east' }, 'WITNESS.region: must be a region name'],
    ['URLs that are none', { API_URLS: `${us}=ftp://x` }, 'API_URLS'],
    ['a threshold below a few beats', { BREAKER_THRESHOLD_SECONDS: '4.9' }, 'BREAKER_THRESHOLD_SECONDS'],
    ['a term of a beat', { LEASE_TERM_SECONDS: '1' }, 'LEASE_TERM_SECONDS'],
    ['URLs of other regions', { API_URLS: 'ap-south-1=https://x.example.com' }, 'API_URLS: must name'],
    ['a word that is no switch', { STRICT_WHEN_ISOLATED: 'yes' }, 'STRICT_WHEN_ISOLATED'],
  ])('are refused by name: %s', (_, change, message) => {
    expect(mistakes(change)).toContain(message);
  });
});
