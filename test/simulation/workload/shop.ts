/**
 * A shop with customers in every region: begins orders, plays their lives, repeats itself, and lets people decide what
 * the fold asks them. It stops sending when the run is over.
 */
import type { Command } from '../../../domain/decide/command.ts';
import { strongWriter } from '../../../domain/ledger/position.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import { type EventDraft, points, resolved } from '../../support/builders/retail-drafts.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import type { SimulationOptions } from '../faults/fault-options.ts';
import type { RandomStream, RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { GlobalTable } from '../model/global-table.ts';
import type { Region } from '../region/region.ts';
import { bypassKinds, draftBypass } from './bypass.ts';
import { type Client, draftCommand } from './client.ts';
import { drawOther, type StoryStep, tellLifeStory } from './life-story.ts';
import type { RealStory } from './real-histories.ts';

export interface ShopDeps {
  readonly options: SimulationOptions;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly regions: readonly Region[];
  readonly table: GlobalTable<LedgerItem>;
  readonly client: Client;
  readonly realStories: readonly RealStory[];
  readonly dice: FaultDice;
  readonly onBypass: (item: LedgerItem) => void;
  readonly isOver: () => boolean;
}

interface Order {
  readonly stream: string;
  readonly random: RandomStream;
  readonly home: Region;
  /** Where each source reports. */
  readonly regionOf: (source: string) => Region;
  commands: number;
}

export const openShop = (deps: ShopDeps): void => {
  const { options } = deps;
  const latestMs = Math.max(options.durationMs - options.lifeMs, options.durationMs / 10);
  for (let i = 0; i < options.orders; i++) {
    if (options.onlyOrders && !options.onlyOrders.includes(i)) continue;
    const order = createOrder(i, deps);
    const beginMs = order.random.between(0, latestMs);
    const story = drawStory(order.random, deps);
    for (const step of story) later(deps, beginMs + step.afterMs, () => playStep(order, step, deps));
    if (deps.dice.strikes('bypass', order.random, story.length))
      later(deps, beginMs + order.random.between(0, options.lifeMs), () => bypass(order, deps));
    if (order.random.chance(reviewShare))
      later(deps, beginMs + options.lifeMs * order.random.logBetween(0.5, 3), () => review(order, deps));
  }
};

const reviewShare = 0.6;

const drawStory = (random: RandomStream, { options, realStories }: ShopDeps): readonly StoryStep[] => {
  if (!random.chance(options.realShare)) return tellLifeStory(random, options.lifeMs);
  return random.pick(realStories).map((step) => ({ ...step, afterMs: step.afterMs * options.lifeMs }));
};

const later = ({ scheduler, isOver }: ShopDeps, delayMs: number, run: () => void): void =>
  scheduler.after(delayMs, 'shop', () => {
    if (!isOver()) run();
  });

const createOrder = (index: number, { randomStreams, regions }: ShopDeps): Order => {
  const random = randomStreams(`order ${index}`);
  const home = random.pick(regions);
  const regionBySource = new Map<string, Region>();
  const regionOf = (source: string): Region => {
    const region = regionBySource.get(source) ?? (random.chance(0.6) ? home : random.pick(regions));
    regionBySource.set(source, region);
    return region;
  };
  return { stream: `order/acme/${1001 + index}`, random, home, regionOf, commands: 0 };
};

const playStep = (order: Order, { drafts }: StoryStep, deps: ShopDeps): void => {
  const { random } = order;
  const region = random.chance(0.1) ? random.pick(deps.regions) : order.regionOf(drafts[0].source);
  const command = nextCommand(order, drafts);
  deps.client.send(order.stream, command, region);
  if (deps.dice.strikes('lateRetry', random)) repeatLater(order, command, deps);
  if (deps.dice.strikes('retryStorm', random)) storm(order, command, deps);
  if (deps.dice.strikes('hotOrder', random)) crowd(order, region, deps);
  if (deps.dice.strikes('keyReuse', random)) reuseKey(order, command, deps);
};

const nextCommand = (order: Order, drafts: StoryStep['drafts']): Command =>
  draftCommand(`${order.stream}#${order.commands++}`, drafts);

/** A queue that was stuck, a job that is run again: the next minute or the next day, anywhere. */
const repeatLater = (order: Order, command: Command, deps: ShopDeps): void => {
  const { random } = order;
  const delayMs = random.chance(0.3) ? random.between(24.1, 27) * hourMs : random.logBetween(100, hourMs);
  later(deps, delayMs, () => deps.client.send(order.stream, command, random.pick(deps.regions)));
};

const hourMs = 3_600_000;

const storm = (order: Order, command: Command, deps: ShopDeps): void => {
  for (let copies = order.random.integer(3, 10); copies > 0; copies--)
    deps.client.send(order.stream, command, order.random.pick(deps.regions));
};

/** More writers at once than a position has tries. */
const crowd = (order: Order, region: Region, deps: ShopDeps): void => {
  for (let writers = order.random.integer(50, 90); writers > 0; writers--)
    deps.client.send(order.stream, nextCommand(order, [points(writers)]), region);
};

const reuseKey = (order: Order, { idempotencyKey }: Command, deps: ShopDeps): void => {
  const { random } = order;
  const other = draftCommand(idempotencyKey, drawOther(random));
  later(deps, random.logBetween(1, 600_000), () => deps.client.send(order.stream, other, random.pick(deps.regions)));
};

const bypass = (order: Order, deps: ShopDeps): void => {
  const { random, stream } = order;
  const region = random.pick(deps.regions);
  if (!region.isReachable() || deps.table.isIsolated(region.name)) return;
  const item = draftBypass(random.pick(bypassKinds), {
    region: region.name,
    stream,
    writer: drawWriter(random, region, deps),
    items: deps.table.committed(region.name, stream),
    nowMs: region.clock.nowMs(),
    random,
  });
  if (deps.table.standing(region.name, item)) return;
  deps.onBypass(item);
  deps.table.put(region.name, item);
};

/** On the chain of all regions, or on a part of its own, like a script that was written for another table. */
const drawWriter = (random: RandomStream, { name }: Region, { options }: ShopDeps): string =>
  options.consistency === 'strong' && random.chance(0.5) ? strongWriter : name;

/** A person looks at the order's cases in one region, or two people in two, and decides. */
const review = (order: Order, deps: ShopDeps): void => {
  const { random, stream } = order;
  const decide = (region: Region): void => {
    const stored = region.liveRow(stream);
    if (!stored) return;
    if (deps.table.isIsolated(region.name)) deps.dice.reached('isolated region serves an eventual read');
    const { openCases, status } = stored.view.row;
    if (openCases.length === 0 && random.chance(0.9)) return;
    const cases = openCases.filter(() => random.chance(0.9)).map(({ id }) => id);
    deps.client.send(stream, nextCommand(order, [drawResolution(random, cases, status)]), region);
  };
  const region = random.pick(deps.regions);
  decide(region);
  if (random.chance(0.3)) decide(random.pick(deps.regions));
};

const drawResolution = (random: RandomStream, cases: readonly string[], status: string): EventDraft => {
  const decided = random.chance(0.6) ? status : random.pick(retail.statuses.slice(1));
  return resolved({ cases: [...cases], ...(decided !== 'none' && random.chance(0.8) && { status: decided }) });
};
