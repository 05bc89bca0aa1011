/**
 * One region's database, whatever process it is in: who has its address and keys has them for good.
 */
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';

export interface RegionDatabase extends Pick<DynamoDbLocal, 'endpoint' | 'credentials' | 'kill' | 'stop'> {
  /** Over what it had written to its disk. */
  readonly restart: () => Promise<void>;
}

export interface RegionDatabaseOptions {
  /** In memory when undefined. */
  readonly directory: string | undefined;
  /** Called for every process that is started. */
  readonly onProcess: (pid: number) => void;
}

export const startRegionDatabase = async ({ directory, onProcess }: RegionDatabaseOptions): Promise<RegionDatabase> => {
  const mode =
    directory === undefined ? ({ kind: 'memory' } as const) : ({ kind: 'directory', path: directory } as const);
  let current = await startDynamoDbLocal({ mode });
  onProcess(current.pid);
  return {
    endpoint: current.endpoint,
    credentials: current.credentials,
    kill: () => current.kill(),
    restart: async () => {
      current = await startDynamoDbLocal({ mode, port: current.port });
      onProcess(current.pid);
    },
    stop: () => current.stop(),
  };
};
