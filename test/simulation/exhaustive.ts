/**
 * Small worlds, all of them: two regions, one order, up to five entries, every order in which replication can deliver
 * them, and every way in which some of the projector's runs can die or fall asleep. Random runs find what is rare;
 * here nothing of this size is left out.
 */
import { fold } from '../../domain/fold/fold.ts';
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { createInMemoryViews } from '../../infra/in-memory/in-memory-view-store.ts';
import { firstGeneration } from '../../projections/generations/generations.ts';
import { projectStream } from '../../projections/projector/project-stream.ts';
import { foldedToOrderView, type OrderView, projectionVersion } from '../../projections/views/order-view.ts';
import { createLedger } from '../support/builders/ledger-builder.ts';
import {
  addressChanged,
  cancelled,
  delivered,
  type EventDraft,
  packed,
  paid,
  placed,
  shipped,
} from '../support/builders/retail-drafts.ts';

export interface SmallWorld {
  readonly name: string;
  readonly stream: string;
  /** In the order in which they were written. */
  readonly entries: readonly Entry[];
}

export interface ExploredWorld {
  /** Deliveries played: an order of arrival and a fate for each run of the projector. */
  readonly deliveries: number;
  /** What went wrong, in words; empty when nothing did. */
  readonly wrong: readonly string[];
}

/** Every history of one order: placed and seen by both, then up to two entries in either region that see nothing else. */
export const allSmallWorlds = function* (): Iterable<SmallWorld> {
  for (const us of wordsUpTo(2)) for (const eu of wordsUpTo(2)) yield buildWorld(us, eu);
  yield buildWorld([paid(), packed(), shipped(), delivered()], []);
};

/** At most `mishapsMax` runs of the projector do not complete. */
export const exploreWorld = async (world: SmallWorld, mishapsMax: number): Promise<ExploredWorld> => {
  const { name, stream, entries } = world;
  const wrong: string[] = [];
  let deliveries = 0;
  const foldedBySet = new Map<string, FoldedStream>();
  const foldSet = (set: readonly Entry[]): FoldedStream => {
    const key = entries.map((entry) => (set.includes(entry) ? 1 : 0)).join('');
    const folded = foldedBySet.get(key) ?? fold(set, retail);
    foldedBySet.set(key, folded);
    return folded;
  };
  const expectedView = canonicalJson(foldedToOrderView(fold(entries, retail), foldedAt));
  for (const region of regions) {
    const own = entries.filter((entry) => entry.region === region);
    const arriving = entries.filter((entry) => entry.region !== region);
    for (const arrivals of permutations(arriving)) {
      for (let arrived = 0; arrived <= arrivals.length; arrived++) {
        const held = [...own, ...arrivals.slice(0, arrived)];
        if (JSON.stringify(fold(held, retail)) !== JSON.stringify(foldSet(held)))
          wrong.push(`${name}: ${region} folds ${held.map(({ position }) => position)} differently in that order`);
      }
      for (const fates of fatesOf(Math.max(1, arrivals.length), mishapsMax)) {
        deliveries++;
        const view = await deliver({ stream, own, arrivals, fates, foldSet });
        if (view !== expectedView) wrong.push(`${name}: ${region} after ${tell(arrivals, fates)} shows ${view}`);
      }
    }
  }
  return { deliveries, wrong };
};

const regions = ['us-east-1', 'eu-west-1'] as const;
const foldedAt = { version: projectionVersion(retail), foldedAtMs: 0 };
const alphabet = (): readonly EventDraft[] => [paid(), shipped(), cancelled(), addressChanged('Natal')];

const wordsUpTo = (length: number): readonly (readonly EventDraft[])[] => {
  if (length === 0) return [[]];
  const shorter = wordsUpTo(length - 1);
  const longest = shorter.filter((word) => word.length === length - 1);
  return [...shorter, ...longest.flatMap((word) => alphabet().map((letter) => [...word, letter]))];
};

const buildWorld = (us: readonly EventDraft[], eu: readonly EventDraft[]): SmallWorld => {
  const ledger = createLedger();
  ledger.at('us-east-1').append(placed());
  ledger.replicateAll();
  for (const event of us) ledger.at('us-east-1').append(event);
  for (const event of eu) ledger.at('eu-west-1').append(event);
  const entries = ledger.entries();
  const tellWord = (word: readonly EventDraft[]): string => word.map(({ type }) => type).join(', ') || 'nothing';
  return { name: `${tellWord(us)} ∥ ${tellWord(eu)}`, stream: entries[0]?.stream ?? '', entries };
};

/** What becomes of one run of the projector. */
const fates = [
  'completes',
  'dies before it loads',
  'dies after it loaded',
  'dies after its alerts',
  'dies after its put',
  'sleeps before its put',
] as const;
type Fate = (typeof fates)[number];

/** Every way for so many runs, with at most so many that do not complete. */
const fatesOf = (runs: number, mishaps: number): readonly (readonly Fate[])[] => {
  if (runs === 0) return [[]];
  return fates
    .filter((fate) => fate === 'completes' || mishaps > 0)
    .flatMap((fate) => fatesOf(runs - 1, fate === 'completes' ? mishaps : mishaps - 1).map((rest) => [fate, ...rest]));
};

interface Delivery {
  readonly stream: string;
  readonly own: readonly Entry[];
  readonly arrivals: readonly Entry[];
  readonly fates: readonly Fate[];
  readonly foldSet: (entries: readonly Entry[]) => FoldedStream;
}

/** One run for each arrival; then the doorbells of the dead ring again; and at the very end the sleepers wake up. */
const deliver = async ({ stream, own, arrivals, fates: drawn, foldSet }: Delivery): Promise<string> => {
  const views = createInMemoryViews<OrderView>()(firstGeneration);
  const held = [...own];
  const sleepers: (() => void)[] = [];
  const asleep: Promise<unknown>[] = [];

  const run = (fate: Fate): Promise<unknown> => {
    let stop: () => void = () => undefined;
    let hasSlept = false;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const dieIf = (isDead: boolean): Promise<void> => {
      if (!isDead) return Promise.resolve();
      stop();
      return new Promise(() => undefined);
    };
    const projecting = projectStream(
      {
        fold: foldSet,
        eventStore: {
          load: async () => {
            await dieIf(fate === 'dies before it loads');
            const loaded = { entries: [...held], damaged: [] };
            await dieIf(fate === 'dies after it loaded');
            return loaded;
          },
        },
        alertBus: { publish: () => dieIf(fate === 'dies after its alerts') },
        openViews: () => ({
          get: views.get,
          replace: async (replacement) => {
            if (fate === 'sleeps before its put' && !hasSlept)
              await new Promise<void>((resolve) => {
                hasSlept = true;
                sleepers.push(resolve);
                stop();
              });
            const replaced = await views.replace(replacement);
            await dieIf(fate === 'dies after its put');
            return replaced;
          },
        }),
        region: 'us-east-1',
        version: foldedAt.version,
        clock: { nowMs: () => foldedAt.foldedAtMs },
      },
      stream,
      [firstGeneration],
    );
    if (fate === 'sleeps before its put') asleep.push(projecting);
    return Promise.race([projecting, stopped]);
  };

  for (const [i, fate] of drawn.entries()) {
    const arrival = arrivals[i];
    if (arrival) held.push(arrival);
    await run(fate);
  }
  for (const fate of drawn) if (fate.startsWith('dies')) await run('completes');
  for (const wake of sleepers) wake();
  await Promise.all(asleep);
  return canonicalJson(await views.get(stream));
};

const tell = (arrivals: readonly Entry[], drawn: readonly Fate[]): string =>
  drawn.map((fate, i) => `${arrivals[i]?.position ?? 'its own'} (${fate})`).join(', ');

const permutations = <Item>(items: readonly Item[]): readonly (readonly Item[])[] => {
  if (items.length <= 1) return [items];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
};
