/**
 * What was committed and a region's replica does not have yet.
 *
 * Whoever has a quorum can be given everything that was ever committed, since any two of three regions share one that
 * holds it. Only keys are kept, and only until every replica has the item: it is read where it stands when it is due. So
 * a region that is cut off for a day costs a key an item, and a heartbeat that is rewritten every second costs one.
 */
import type { Clock, Sleep } from '../../../domain/ports/clock.ts';
import { createInTurn, eachOf } from '../../dynamodb/bounded-work.ts';
import type { Faults } from '../faults.ts';
import { type Round, startPollLoop } from '../poll-loop.ts';
import type { OpenWrites } from './open-writes.ts';
import { type ItemKey, nameOf, type RawItem, type Replica } from './replica.ts';

export interface ReplicaDebtsOptions {
  /** By region. */
  readonly replicas: ReadonlyMap<string, Replica>;
  readonly faults: Pick<Faults, 'condition'>;
  readonly openWrites: Pick<OpenWrites, 'endOf'>;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export interface ReplicaDebts {
  /** From now on every region but the writer lacks the item. Returns the change's number. */
  readonly owe: (writer: string, key: ItemKey) => number;
  /** Pays what is due of one item; without an image it is read where it stands. Throws. */
  readonly payDue: (key: ItemKey, image?: Image) => Promise<void>;
  /** Pays all that the region lacks now, however slow its links are. Throws what kept it from that. */
  readonly payAll: (region: string) => Promise<void>;
  readonly owedItems: (writer: string, region: string) => number;
  /** Resolves when all is paid that was owed at this call. */
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What the change of that number made of an item. */
export interface Image {
  readonly number: number;
  readonly item: RawItem;
}

const paymentsAtATime = 16;

export const createReplicaDebts = (options: ReplicaDebtsOptions): ReplicaDebts => {
  const { replicas, faults, openWrites, clock, sleep, onFault } = options;
  const regions = [...replicas.keys()];
  const debtsByRegion = new Map(regions.map((region): [string, Map<string, Debt>] => [region, new Map()]));
  const inTurn = createInTurn();
  let lastNumber = 0;

  const debtsOf = (region: string): Map<string, Debt> => find(debtsByRegion, region);

  const owe: ReplicaDebts['owe'] = (writer, key) => {
    const name = nameOf(key);
    const number = ++lastNumber;
    for (const region of regions) {
      if (region === writer) continue;
      const unpaid = debtsOf(region).get(name);
      // Its time runs from the first change, or an item that changes faster than its link would never arrive.
      const since = unpaid ?? { owedSince: number, sinceMs: clock.nowMs() };
      debtsOf(region).set(name, { key, writer, number, owedSince: since.owedSince, sinceMs: since.sinceMs });
    }
    return number;
  };

  const pay = (region: string, name: string, image?: Image): Promise<void> =>
    inTurn(`${region} ${name}`, async () => {
      const debt = debtsOf(region).get(name);
      if (!debt) return;
      const item = image?.number === debt.number ? image.item : await readElsewhere(region, debt.key);
      await find(replicas, region).write(debt.key, item);
      if (debtsOf(region).get(name) === debt) debtsOf(region).delete(name);
    });

  /** Whoever is not owed the item has what was committed last. */
  const readElsewhere = async (region: string, key: ItemKey): Promise<RawItem | undefined> => {
    let failure: unknown;
    for (const holder of regions) {
      if (holder === region || debtsOf(holder).has(nameOf(key))) continue;
      try {
        return await readCommitted(holder, key);
      } catch (error) {
        failure = error;
      }
    }
    throw new Error(`no region can give ${region} an item`, { cause: failure });
  };

  const readCommitted = async (holder: string, key: ItemKey): Promise<RawItem | undefined> => {
    for (;;) {
      await openWrites.endOf(holder, key);
      const item = await find(replicas, holder).read(key);
      if (!openWrites.endOf(holder, key)) return item;
    }
  };

  /** It comes from whichever region is nearest. */
  const isDue = (region: string, { sinceMs }: Debt): boolean => {
    const lagsMs = regions
      .filter((peer) => peer !== region)
      .map((peer) => faults.condition(peer, region))
      .flatMap(({ isCut, lagMs }) => (isCut ? [] : [lagMs]));
    return sinceMs + Math.min(...lagsMs) <= clock.nowMs();
  };

  const payDue: ReplicaDebts['payDue'] = async (key, image) => {
    const name = nameOf(key);
    await eachOf(regions, regions.length, async (region) => {
      const debt = debtsOf(region).get(name);
      if (debt && isDue(region, debt)) await pay(region, name, image);
    });
  };

  const payEach = (region: string, names: Iterable<string>): Promise<void> =>
    eachOf(names, paymentsAtATime, (name) => pay(region, name));

  /** By region, of those that wait for the running one: it has begun without what they know of. */
  const nextPayments = new Map<string, Promise<void>>();

  /** Many ask at once when a link heals: together they pay once, or asking would keep the region from catching up. */
  const payAll: ReplicaDebts['payAll'] = (region) => {
    const next = nextPayments.get(region);
    if (next) return next;
    const payment = inTurn(region, () => {
      nextPayments.delete(region);
      return payEach(region, [...debtsOf(region).keys()]);
    });
    nextPayments.set(region, payment);
    return payment;
  };

  /** Somebody writes it, and it may take long until it is known what became of that. */
  const isOpen = ({ key }: Debt): boolean => regions.some((region) => openWrites.endOf(region, key) !== undefined);

  const round = async (): Promise<Round> => {
    const readToEnd = lastNumber;
    const due = regions.map((region) => ({
      region,
      names: [...debtsOf(region)].filter(([, debt]) => isDue(region, debt) && !isOpen(debt)).map(([name]) => name),
    }));
    await eachOf(due, due.length, ({ region, names }) => payEach(region, names));
    const unpaid = regions.flatMap((region) => [...debtsOf(region).values()]);
    return {
      isBusy: due.some(({ names }) => names.length > 0),
      readToEnd,
      doneTo: unpaid.reduce((to, { owedSince }) => Math.min(to, owedSince - 1), lastNumber),
    };
  };

  const loop = startPollLoop({ round, sleep, onFault });
  return {
    owe,
    payDue,
    payAll,
    owedItems: (writer, region) => [...debtsOf(region).values()].filter((debt) => debt.writer === writer).length,
    caughtUp: loop.caughtUp,
    stop: loop.stop,
  };
};

interface Debt {
  readonly key: ItemKey;
  /** Who wrote it last. */
  readonly writer: string;
  /** Of the last change, from 1, in the order of committing. */
  readonly number: number;
  /** Of the first change that the region lacks. */
  readonly owedSince: number;
  readonly sinceMs: number;
}

const find = <Value>(values: ReadonlyMap<string, Value>, region: string): Value => {
  const value = values.get(region);
  if (value === undefined) throw new Error(`no region ${region}`);
  return value;
};
