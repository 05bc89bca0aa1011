/**
 * Replicas of a strongly consistent table that are maps: they answer when a test lets them, and can be broken.
 */
import {
  type DatabaseAnswer,
  type ItemKey,
  nameOf,
  type RawItem,
  type Replica,
} from '../../infra/world/strong-table/replica.ts';

export interface InMemoryReplica extends Replica {
  readonly items: Map<string, RawItem>;
  /** While true nothing can be read or written. */
  isBroken: boolean;
  /** While true nothing can be written by way of replication. */
  isFull: boolean;
  /** Written by way of replication. */
  writes: number;
}

export const createInMemoryReplica = (): InMemoryReplica => {
  const items = new Map<string, RawItem>();
  const replica: InMemoryReplica = {
    items,
    isBroken: false,
    isFull: false,
    writes: 0,
    send: () => Promise.reject(new Error('the test performs its requests itself')),
    read: async (key) => {
      assertWhole(replica);
      return items.get(nameOf(key));
    },
    write: async (key, item) => {
      assertWhole(replica);
      if (replica.isFull) throw new Error('the database takes nothing');
      replica.writes += 1;
      if (item) items.set(nameOf(key), item);
      else items.delete(nameOf(key));
    },
    keys: async function* () {
      for (const name of [...items.keys()]) {
        const [stream, position] = JSON.parse(name) as [string, string];
        yield { stream, position };
      }
    },
  };
  return replica;
};

const assertWhole = ({ isBroken }: InMemoryReplica): void => {
  if (isBroken) throw new Error('the database does not answer');
};

export const itemAt = ({ stream, position }: ItemKey, id: string): RawItem => ({
  stream: { S: stream },
  position: { S: position },
  id: { S: id },
});

/** What a region's database makes of a put on the condition that nothing stands there. */
export const putIfFree = (replica: InMemoryReplica, key: ItemKey, item: RawItem): DatabaseAnswer => {
  if (replica.items.has(nameOf(key))) return answered(400);
  replica.items.set(nameOf(key), item);
  return answered(200);
};

export const answered = (status: number, body = '{}'): DatabaseAnswer => ({
  status,
  contentType: 'application/x-amz-json-1.0',
  body: Buffer.from(body),
});
