/**
 * What goes wrong in spells with the ledger and its regions: partitions, lag, outages, clocks, damage.
 */
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import { type Facts, flipKey } from '../facts.ts';
import type { RandomStream, RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { GlobalTable } from '../model/global-table.ts';
import type { Region } from '../region/region.ts';
import type { FaultDice } from './fault-dice.ts';
import { type SimulationOptions, type SpellName, spellNames } from './fault-options.ts';
import { clockOffsetMsMax } from './region-clock.ts';
import { createSpells, type Spells } from './spells.ts';

export interface WeatherDeps {
  readonly options: SimulationOptions;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly regions: readonly Region[];
  readonly table: GlobalTable<LedgerItem>;
  readonly dice: FaultDice;
  readonly facts: Facts;
  /** Damage is repaired in time; whether it is noticed has to be checked before. */
  readonly onDamage: (stream: string) => void;
}

export const createWeather = (deps: WeatherDeps): Spells => {
  const { options, scheduler, randomStreams, dice } = deps;
  return createSpells({
    names: spellNames,
    rates: options.faults,
    durationMs: options.durationMs,
    scheduler,
    randomStreams,
    begin: (name, random) => {
      const end = spells[name](random, deps);
      if (end) dice.struck(name);
      return end;
    },
    drawDurationMs: (random) => drawDurationMs(random, options.durationMs),
  });
};

const hourMs = 3_600_000;

/** The outages that AWS has written about, and others. */
const drawDurationMs = (random: RandomStream, runMs: number): number => {
  const famousMs = random.pick([43_000, 47 * 60_000, 25 * hourMs]);
  return famousMs < runMs && random.chance(0.5) ? famousMs : random.logBetween(5_000, 1_200_000);
};

/** Begins and returns how to end; undefined when there is nothing to do it to. */
type Spell = (random: RandomStream, deps: WeatherDeps) => (() => void) | undefined;

const spells: Readonly<Record<SpellName, Spell>> = {
  partition: (random, deps) => cutAll(linksOf(random.pick(deps.regions).name, deps)),
  oneWayPartition: (random, { table }) => cutAll([random.pick(table.links)]),
  bridge: (random, { regions, table }) => {
    const [one, other] = random.shuffle(regions);
    if (!one || !other) return undefined;
    return cutAll([table.link(one.name, other.name), table.link(other.name, one.name)]);
  },
  flapping: (random, deps) => flap(random, linksOf(random.pick(deps.regions).name, deps), deps),
  lagBurst: (random, { table }) => slowDown([random.pick(table.links)], random.logBetween(10, 300)),
  lagGrowth: (random, deps) => growLag(random, random.pick(deps.table.links), deps),
  regionOutage: (random, deps) => {
    const region = random.pick(deps.regions);
    const heal = cutAll(linksOf(region.name, deps));
    region.killAll();
    region.goDown();
    return () => {
      heal();
      region.comeBack();
    };
  },
  redeploy: (random, { regions }) => {
    random.pick(regions).killAll();
    return () => undefined;
  },
  projectorStop: (random, { regions }) => {
    const { changes } = random.pick(regions);
    changes.stop();
    return changes.start;
  },
  clockJump: (random, { regions }) => {
    const { clock } = random.pick(regions);
    clock.jumpTo(random.between(-clockOffsetMsMax, clockOffsetMsMax));
    return () => undefined;
  },
  clockFreeze: (random, { regions }) => {
    const { clock } = random.pick(regions);
    clock.freeze();
    return clock.unfreeze;
  },
  attributeFlip: (random, deps) => flipAttribute(random, deps),
  tableRestore: (random, deps) => restoreTable(random, deps),
  upgrade: (random, { regions }) => random.pick(regions).code.beginRollout(),
  rebuild: (random, { regions }) => {
    random.pick(regions).rebuild();
    return () => undefined;
  },
  cleanUp: (random, { regions }) => {
    random.pick(regions).cleanUp();
    return () => undefined;
  },
};

type Links = WeatherDeps['table']['links'];

const linksOf = (region: string, { table }: WeatherDeps): Links =>
  table.links.filter(({ from, to }) => from === region || to === region);

export const cutAll = (links: Links): (() => void) => {
  for (const link of links) link.cut();
  return () => {
    for (const link of links) link.heal();
  };
};

export const flap = (
  random: RandomStream,
  links: Links,
  { scheduler }: Pick<WeatherDeps, 'scheduler'>,
): (() => void) => {
  let heal: (() => void) | undefined = cutAll(links);
  let isOver = false;
  const turn = (): void => {
    if (isOver) return;
    if (heal) heal();
    heal = heal ? undefined : cutAll(links);
    scheduler.after(random.logBetween(200, 20_000), 'flap', turn);
  };
  scheduler.after(random.logBetween(200, 20_000), 'flap', turn);
  return () => {
    isOver = true;
    heal?.();
  };
};

export const slowDown = (links: Links, factor: number): (() => void) => {
  for (const link of links) link.slowDown(factor);
  return () => {
    for (const link of links) link.slowDown(1 / factor);
  };
};

const growLag = (random: RandomStream, link: Links[number], { scheduler }: WeatherDeps): (() => void) => {
  const recover: (() => void)[] = [];
  let isOver = false;
  const grow = (): void => {
    if (isOver || recover.length === 10) return;
    recover.push(slowDown([link], 1.7));
    scheduler.after(random.between(10_000, 60_000), 'lag grows', grow);
  };
  grow();
  return () => {
    isOver = true;
    for (const undo of recover) undo();
  };
};

const flippable = ['body', 'hash', 'id', 'region'] as const;

/** One character of one attribute, in one region's storage; an operator puts the original back in the end. */
const flipAttribute: Spell = (random, { regions, table, facts, onDamage, dice }) => {
  const region = random.pick(regions).name;
  const streams = table.streams(region);
  if (streams.length === 0) return undefined;
  const original = random.pick(table.query(region, random.pick(streams)));
  const key = flipKey(region, original);
  // What is still on its way would spread: replication sends what stands.
  if (facts.flips.has(key) || table.links.some((link) => link.from === region && link.owes(original))) return undefined;
  const name = random.pick(flippable);
  const at = random.integer(0, original[name].length - 1);
  const other = original[name][at] === '1' ? '2' : '1';
  const flipped = { ...original, [name]: original[name].slice(0, at) + other + original[name].slice(at + 1) };
  facts.flips.set(key, flipped);
  facts.damaged.add(`${region} ${original.stream}`);
  table.corrupt(region, flipped);
  onDamage(original.stream);
  dice.reached('damaged item');
  return () => {
    // Another region's repair of the same item may have arrived.
    if (!facts.flips.has(key)) return;
    dice.reached('damaged item repaired');
    table.put(region, original);
  };
};

/**
 * The region's table is restored to an earlier point and filled up from its peers. What had not left the region is lost,
 * and with it the promises made for its streams; everybody else's must hold.
 */
const restoreTable: Spell = (random, deps) => {
  const region = random.pick(deps.regions);
  const peers = deps.regions.filter((peer) => peer !== region);
  if (linksOf(region.name, deps).some((link) => link.isCut())) return undefined;
  region.killAll();
  const restoredMs = deps.scheduler.nowMs() - random.logBetween(1_000, 600_000);
  for (const item of deps.table.writtenAfter(region.name, restoredMs)) {
    if (peers.some((peer) => deps.table.get(peer.name, item))) continue;
    deps.table.lose(region.name, item);
    deps.facts.maimed.add(item.stream);
  }
  deps.dice.reached('table restored to an earlier point');
  return () => undefined;
};
