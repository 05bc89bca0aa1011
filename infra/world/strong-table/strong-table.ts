/**
 * A global table with strong consistency (MRSC) over one database a region: what AWS does, and DynamoDB Local does not.
 *
 * A write or a strongly consistent read needs a quorum, the region and one other that it reaches both ways; it first
 * brings its replica up to date with all that was committed, and is then done by the region's own database. A write is
 * committed at the moment in which that has answered, since another region had agreed before: from then on no quorum
 * overlooks it. A write whose outcome is unknown holds its item until the database says what stands there, and nobody
 * who may have seen it is answered before. A region that reaches nobody refuses both, and its replica stays as it is.
 */
import type { Clock, Sleep } from '../../../domain/ports/clock.ts';
import { cross, type Faults, roundTripMs } from '../faults.ts';
import type { ReplicationLink } from '../replication-link.ts';
import { createKeyTurns, type Turn } from './key-turns.ts';
import { createOpenWrites } from './open-writes.ts';
import { type DatabaseAnswer, type ItemKey, nameOf, type RawItem, type Replica } from './replica.ts';
import { createReplicaDebts } from './replica-debts.ts';

export interface StrongTableOptions {
  readonly tableName: string;
  /** By region. */
  readonly replicas: ReadonlyMap<string, Replica>;
  readonly faults: Pick<Faults, 'condition'>;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Resolves when whoever asked will have given up; given up itself once they are answered. */
  readonly patience: (isAnswered: AbortSignal) => Promise<unknown>;
  readonly onFault: (fault: unknown) => void;
}

export interface StrongTable {
  readonly write: (region: string, write: TableWrite) => Promise<TableAnswer>;
  readonly read: (region: string, perform: Perform) => Promise<TableAnswer>;
  /** What `to` still lacks of what `from` wrote, seen as the link that it is elsewhere. */
  readonly link: (from: string, to: string) => ReplicationLink;
  readonly stop: () => Promise<void>;
}

export interface TableWrite {
  readonly key: ItemKey;
  /** What a put makes of the item; left out where only the database knows. */
  readonly image?: RawItem | undefined;
  readonly perform: Perform;
}

/** Asks the region's own database. Throws when no answer comes. */
export type Perform = () => Promise<DatabaseAnswer>;

export type TableAnswer =
  | { readonly kind: 'answered'; readonly answer: DatabaseAnswer }
  /** Another region is writing the item. */
  | { readonly kind: 'conflict' }
  /** Not done; of a write nobody can say. */
  | { readonly kind: 'unavailable'; readonly reason: string };

const settlePauseMs = 250;

/** Once this resolves, every region is owed what it lacks of the others. */
export const startStrongTable = async (options: StrongTableOptions): Promise<StrongTable> => {
  const { tableName, replicas, faults, sleep, patience, onFault } = options;
  const regions = [...replicas.keys()];
  const allyOf = (region: string): string | undefined => nearestPeer(faults, region, regions);
  const openWrites = createOpenWrites();
  const debts = createReplicaDebts({ ...options, openWrites });
  const turns = createKeyTurns();
  let isStopped = false;
  const report = (fault: unknown): void => void (isStopped || onFault(fault));

  /** False when it fails or takes too long; it goes on all the same. */
  const inTime = async (work: Promise<unknown>): Promise<boolean> => {
    const answered = new AbortController();
    const isOver = patience(answered.signal).then(
      () => false,
      () => false,
    );
    const isDone = work.then(
      () => true,
      (fault) => {
        report(fault);
        return false;
      },
    );
    const isInTime = await Promise.race([isDone, isOver]);
    answered.abort();
    return isInTime;
  };

  const write: StrongTable['write'] = async (region, { key, image, perform }) => {
    if (allyOf(region) === undefined) return noQuorum;
    const turn = await turns.take(region, nameOf(key));
    if (!turn) return { kind: 'conflict' };
    const ally = await agreeWith(region);
    if (ally === undefined) {
      turn.end();
      return noQuorum;
    }
    const answer = await performWrite(region, { key, image, perform }, turn);
    if (!answer) return { kind: 'unavailable', reason: `the database of ${region} does not answer` };
    return answerFrom(ally, region, answer);
  };

  const read: StrongTable['read'] = async (region, perform) => {
    const ally = await agreeWith(region);
    if (ally === undefined) return noQuorum;
    const answer = await answerOf(perform);
    const areSettled = answer && (await inTime(openWrites.endOfAll(region)));
    if (!areSettled) return { kind: 'unavailable', reason: `the database of ${region} does not answer` };
    return answerFrom(ally, region, answer);
  };

  /** Another region that agrees, once this one holds all that was committed; undefined where there is none in time. */
  const agreeWith = async (region: string): Promise<string | undefined> => {
    const ally = allyOf(region);
    if (ally === undefined || !(await cross(options, region, ally))) return undefined;
    return (await inTime(debts.payAll(region))) ? ally : undefined;
  };

  /** What was done stays done, but nobody hears of it where the way back is cut. */
  const answerFrom = async (ally: string, region: string, answer: DatabaseAnswer): Promise<TableAnswer> =>
    (await cross(options, ally, region)) ? { kind: 'answered', answer } : noQuorum;

  const performWrite = async (region: string, asked: TableWrite, turn: Turn): Promise<DatabaseAnswer | undefined> => {
    const { key, image, perform } = asked;
    const close = openWrites.open(region, key);
    const answer = await answerOf(perform);
    if (!answer) {
      void settle(region, key).then(() => {
        close();
        turn.end();
      });
      return undefined;
    }
    const number = answer.status === 200 ? debts.owe(region, key) : undefined;
    close();
    if (number !== undefined) await inTime(debts.payDue(key, image && { number, item: image }));
    turn.end();
    return answer;
  };

  /** Until the database answers again; what stands then is what the others are owed. */
  const settle = async (region: string, key: ItemKey): Promise<void> => {
    while (!isStopped) {
      await sleep(settlePauseMs);
      try {
        await replicas.get(region)?.read(key);
        debts.owe(region, key);
        return;
      } catch {
        // The write itself was reported.
      }
    }
  };

  /** Undefined where it may have been done or not. */
  const answerOf = async (perform: Perform): Promise<DatabaseAnswer | undefined> => {
    try {
      const answer = await perform();
      return answer.status < 500 ? answer : undefined;
    } catch (error) {
      report(error);
      return undefined;
    }
  };

  await oweMissing(replicas, debts.owe);
  return {
    write,
    read,
    link: (from, to) => ({
      from,
      to,
      table: tableName,
      backlogItems: () => debts.owedItems(from, to),
      caughtUp: debts.caughtUp,
      stop: async () => undefined,
    }),
    stop: async () => {
      isStopped = true;
      await debts.stop();
    },
  };
};

const noQuorum: TableAnswer = { kind: 'unavailable', reason: 'the region reaches no other one' };

/** An answer that comes later than this is none. */
const tripMsMax = 10_000;

const nearestPeer = (
  faults: Pick<Faults, 'condition'>,
  region: string,
  regions: readonly string[],
): string | undefined => {
  const trips = regions
    .filter((peer) => peer !== region)
    .map((peer) => ({ peer, ms: roundTripMs(faults, region, peer) }))
    .filter(({ ms }) => ms <= tripMsMax)
    .sort((left, right) => left.ms - right.ms);
  return trips[0]?.peer;
};

/** A world that ended in the middle of a write starts again with it: what stands anywhere was, or is now, committed. */
const oweMissing = async (
  replicas: StrongTableOptions['replicas'],
  owe: (writer: string, key: ItemKey) => void,
): Promise<void> => {
  const holders = new Map<string, { readonly key: ItemKey; readonly regions: string[] }>();
  for (const [region, replica] of replicas)
    for await (const key of replica.keys()) {
      const holder = holders.get(nameOf(key)) ?? { key, regions: [] };
      holder.regions.push(region);
      holders.set(nameOf(key), holder);
    }
  for (const { key, regions } of holders.values())
    if (regions.length < replicas.size && regions[0] !== undefined) owe(regions[0], key);
};
