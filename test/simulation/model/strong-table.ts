/**
 * A DynamoDB global table with strong consistency (MRSC): three replicas, of which two have to agree on everything.
 *
 * A put travels to the nearest region that answers, and its condition sees both replicas: since any two of three share
 * one, that is everything ever committed. While it travels, a put of the same item in another region is refused as a
 * conflict. A region that reaches nobody both ways has no quorum: it refuses puts and strong reads, and goes on
 * serving what it holds. Where the way is cut under a put, or is slow, the caller hears nothing, and the put may have
 * been done all the same. The third replica gets the item as on any global table: by itself, late, in no order.
 */
import { requestTimeoutMsDefault } from '../../../infra/dynamodb/dynamodb-limits.ts';
import type { Situation } from '../sometimes.ts';
import type { GlobalTable, PutOutcome } from './global-table.ts';
import { type ItemKey, nameOf } from './replica.ts';
import { createReplicaSet, type ReplicaSetDeps } from './replica-set.ts';

export interface StrongTableDeps<Item> extends ReplicaSetDeps<Item> {
  readonly reached: (situation: Situation) => void;
}

export const createStrongTable = <Item extends ItemKey>(deps: StrongTableDeps<Item>): GlobalTable<Item> => {
  const { regions, scheduler, reached } = deps;
  const { replicas, links, write } = createReplicaSet(deps);
  const random = deps.randomStreams('quorum');
  const underWay = new Map<string, PutUnderWay>();

  const alliesOf = (region: string): readonly string[] =>
    regions.filter((peer) => peer !== region && wayTo(region, peer).every((link) => !link.isCut()));

  const wayTo = (region: string, peer: string) => [replicas.link(region, peer), replicas.link(peer, region)];

  /** In the view of `region` and its peers, its own copy first. */
  const lookUp = (key: ItemKey, region: string, peers: readonly string[]): Item | undefined => {
    for (const holder of [region, ...peers]) {
      const item = replicas.get(holder, key);
      if (item) return item;
    }
    return undefined;
  };

  const readAll = (stream: string, region: string, peers: readonly string[]): readonly Item[] => {
    const own = replicas.query(region, stream);
    const missing = new Map<string, Item>();
    for (const peer of peers)
      for (const item of replicas.query(peer, stream))
        if (!replicas.get(region, item)) missing.set(item.position, missing.get(item.position) ?? item);
    if (missing.size === 0) return own;
    return [...own, ...missing.values()].sort((left, right) => (left.position < right.position ? -1 : 1));
  };

  const putIfFree: GlobalTable<Item>['putIfFree'] = (region, item, answer) => {
    const allies = alliesOf(region);
    if (allies.length === 0) return answer({ kind: 'isolated' });
    const standing = replicas.get(region, item);
    if (standing) return answer({ kind: 'taken', standing });
    const other = underWay.get(nameOf(item));
    if (other?.region === region) return void other.inLine.push(() => putIfFree(region, item, answer));
    if (other) return answer({ kind: 'conflict' });
    const [ally, tripMs] = drawNearest(region, allies);
    const put: PutUnderWay = { region, inLine: [] };
    underWay.set(nameOf(item), put);
    const answerOnce = once(answer);
    if (tripMs > requestTimeoutMsDefault)
      scheduler.after(requestTimeoutMsDefault, 'put unanswered', () => answerOnce({ kind: 'unknown' }));
    scheduler.after(tripMs, 'put decided', () => {
      underWay.delete(nameOf(item));
      answerOnce(settlePut(region, ally, item));
      for (const next of put.inLine) next();
    });
  };

  const settlePut = (region: string, asked: string, item: Item): PutOutcome<Item> => {
    const allies = alliesOf(region);
    const ally = allies.includes(asked) ? asked : allies[0];
    const standing = lookUp(item, region, [ally ?? asked]);
    if (ally !== undefined) {
      if (!standing) write(item, region, ally);
      return standing ? { kind: 'taken', standing } : { kind: 'put' };
    }
    // The one that was asked may have agreed before the way back was cut.
    if (!standing && random.chance(0.5)) {
      write(item, region, asked);
      reached('put done by a region that was being cut off');
    }
    return { kind: 'unknown' };
  };

  const drawNearest = (region: string, allies: readonly string[]): readonly [string, number] => {
    const trips = allies.map((ally): [string, number] => {
      const slowness = Math.max(...wayTo(region, ally).map((link) => link.slowness()));
      return [ally, Math.min(tripMsMax, random.logBetween(tripMsLeast, tripMsMost) * slowness)];
    });
    return trips.reduce((nearest, trip) => (trip[1] < nearest[1] ? trip : nearest));
  };

  return {
    ...replicas,
    putIfFree,
    putAllIfFree: () => ({ kind: 'refused' }),
    put: (region, item) => write(item, region, alliesOf(region)[0]),
    readStrongly: (region, stream) => {
      const allies = alliesOf(region);
      if (allies.length === 0) return undefined;
      const items = readAll(stream, region, [random.pick(allies)]);
      if (items.length > replicas.query(region, stream).length) reached('strong read ahead of the local replica');
      return items;
    },
    committed: (region, stream) => readAll(stream, region, regions),
    standing: (region, key) => lookUp(key, region, regions),
    isIsolated: (region) => alliesOf(region).length === 0,
    isQuiet: () => underWay.size === 0 && links.every((link) => link.backlog() === 0),
  };
};

interface PutUnderWay {
  readonly region: string;
  /** Puts of the same item in the same region: they wait in line. */
  readonly inLine: (() => void)[];
}

/** There and back between two regions. */
const tripMsLeast = 10;
const tripMsMost = 250;
const tripMsMax = 20_000;

const once = <Answer>(answer: (given: Answer) => void): ((given: Answer) => void) => {
  let isGiven = false;
  return (given) => {
    if (isGiven) return;
    isGiven = true;
    answer(given);
  };
};
