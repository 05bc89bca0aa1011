/**
 * The world: an engine's regions, a replication link for every ordered pair of them, and the faults in between.
 */
import type { Clock, Random, Sleep } from '../../domain/ports/clock.ts';
import { type Cleanup, createCleanup, type Engine, type EngineOptions, type LinkSettings } from './engine.ts';
import { createFaults } from './faults.ts';
import type { ReplicationLink } from './replication-link.ts';
import { startTokenIssuer } from './token-issuer.ts';
import type { Region, World } from './world-types.ts';

export interface WorldOptions {
  readonly regions: EngineOptions['regions'];
  readonly consistency: EngineOptions['consistency'];
  readonly writePlan: EngineOptions['writePlan'];
  readonly review: EngineOptions['review'];
  readonly liveGeneration: EngineOptions['liveGeneration'];
  readonly startEngine: (options: EngineOptions) => Promise<Engine>;
  /** Resolves when the regions take orders. */
  readonly untilReady: (regions: readonly Region[]) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

/** Throws what kept the engine from starting; then nothing is left of it. */
export const createWorld = async (options: WorldOptions): Promise<World> => {
  const { clock, random, sleep, onFault } = options;
  const names = options.regions.map(({ name }) => name);
  const witness = options.writePlan?.witness;
  const faults = createFaults(witness === undefined ? names : [...names, witness]);
  const cleanup = createCleanup();
  const issuer = await startTokenIssuer(clock);
  cleanup.add(issuer.stop);
  const engine = await startOrCleanUp(
    () => options.startEngine({ ...options, faults, tokenTrust: issuer.trust }),
    cleanup,
  );
  cleanup.add(engine.stop);
  const links: ReplicationLink[] = [];

  const startLinks = async (table: string, startLink: (settings: LinkSettings) => Promise<ReplicationLink>) => {
    for (const from of names)
      for (const to of names.filter((name) => name !== from)) {
        const condition = () => faults.condition(from, to);
        const link = await startLink({ from, to, table, condition, clock, random, sleep, onFault });
        cleanup.add(link.stop);
        links.push(link);
      }
  };

  const setFault: World['setFault'] = async (fault) => {
    faults.set(fault);
    for (const region of engine.regions) region.announceOutage();
  };

  const createMutableTable: World['createMutableTable'] = async (definition) => {
    const tables = await engine.createMutableTable(definition);
    if (!links.some(({ table }) => table === definition.name))
      await startLinks(definition.name, (settings) => engine.startMutableLink(definition, settings));
    return tables;
  };

  /** In this order: what a link applies now, its target's projector still has to see. */
  const drained = async (): Promise<true> => {
    await Promise.all(links.map((link) => link.caughtUp()));
    await Promise.all(engine.regions.map((region) => region.caughtUp()));
    return true;
  };

  await startOrCleanUp(async () => {
    await startLinks('ledger', engine.startLedgerLink);
    await options.untilReady(engine.regions);
  }, cleanup);
  return {
    engine: engine.name,
    regions: engine.regions,
    witness,
    setFault,
    heal: () => setFault({ kind: 'heal' }),
    faults: faults.active,
    backlog: () => links.map(({ from, to, table, backlogItems }) => ({ from, to, table, items: backlogItems() })),
    waitUntilDrained: async ({ timeoutMs }) => {
      const timeout = new AbortController();
      const isLate = waitOrAbort(timeoutMs, timeout.signal);
      const isDrained = await Promise.race([drained(), isLate]);
      timeout.abort();
      return isDrained;
    },
    createMutableTable,
    issueToken: issuer.issue,
    stop: cleanup.run,
  };
};

const startOrCleanUp = async <Started>(start: () => Promise<Started>, cleanup: Cleanup): Promise<Started> => {
  try {
    return await start();
  } catch (error) {
    await cleanup.run();
    throw error;
  }
};

const waitOrAbort = (ms: number, signal: AbortSignal): Promise<false> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
