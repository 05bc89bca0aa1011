/**
 * What goes wrong in spells in the simulation of the write plan.
 */
import { clockOffsetMsMax } from '../faults/region-clock.ts';
import { createSpells, type Spells } from '../faults/spells.ts';
import { cutAll, flap, slowDown } from '../faults/weather.ts';
import type { RandomStream, RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import type { WatchedLink } from './model/watched-links.ts';
import { type PlanSpellName, planSpellNames, type WritePlanOptions } from './options.ts';
import type { PlanRegion } from './region/plan-region.ts';
import type { Witness } from './region/witness.ts';

export interface PlanWeatherDeps {
  readonly options: WritePlanOptions;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly regions: readonly PlanRegion[];
  readonly links: readonly WatchedLink[];
  readonly witness: Witness | undefined;
  readonly onTurn: (name: PlanSpellName, words: 'begins' | 'ends') => void;
}

export const createPlanWeather = (deps: PlanWeatherDeps): Spells => {
  const { options, scheduler, randomStreams, onTurn } = deps;
  return createSpells({
    names: planSpellNames,
    rates: options.faults,
    durationMs: options.durationMs,
    scheduler,
    randomStreams,
    begin: (name, random) => {
      const end = spells[name](random, deps);
      if (!end) return undefined;
      onTurn(name, 'begins');
      return () => {
        end();
        onTurn(name, 'ends');
      };
    },
    drawDurationMs: (random) => random.logBetween(5_000, options.spellMsMax),
  });
};

/** What an item takes at most is this many times the lag, by the link. */
export const lagSpread = 10;
export const lagFactorMax = 30;

/** Begins and returns how to end; undefined when there is nothing to do it to. */
type Spell = (random: RandomStream, deps: PlanWeatherDeps) => (() => void) | undefined;

const spells: Readonly<Record<PlanSpellName, Spell>> = {
  partition: (random, deps) => cutAll(linksOf(random.pick(deps.regions).name, deps)),
  oneWayPartition: (random, { links }) => cutAll([random.pick(links)]),
  bridge: (random, { regions, links }) => {
    const [one, other] = random.shuffle(regions);
    if (!one || !other || regions.length < 3) return undefined;
    return cutAll(links.filter((link) => isBetween(link, one.name, other.name)));
  },
  flapping: (random, deps) => flap(random, linksOf(random.pick(deps.regions).name, deps), deps),
  lagBurst: (random, { links }) => slowDownOnce(random.pick(links), random.logBetween(lagFactorMax / 10, lagFactorMax)),
  regionOutage: (random, deps) => {
    const region = random.pick(deps.regions);
    const heal = cutAll(linksOf(region.name, deps));
    region.goDown();
    return () => {
      heal();
      region.comeBack();
    };
  },
  agentStop: (random, { regions }) => {
    const region = random.pick(regions);
    region.stopAgent();
    return region.startAgent;
  },
  witnessCut: (random, { regions, witness }) => witness?.cut(random.pick(regions).name),
  witnessOutage: (_, { regions, witness }) => {
    const heals = regions.map(({ name }) => witness?.cut(name));
    return () => {
      for (const heal of heals) heal?.();
    };
  },
  clockJump: (random, { regions }) => {
    const { clock } = random.pick(regions);
    const offsetMs = random.chance(0.5)
      ? random.between(-clockOffsetMsMax, clockOffsetMsMax)
      : random.between(-20_000, 20_000);
    clock.jumpTo(offsetMs);
    return () => undefined;
  },
  clockFreeze: (random, { regions }) => {
    const { clock } = random.pick(regions);
    clock.freeze();
    return clock.unfreeze;
  },
  promotion: (random, { regions, scheduler, onTurn }) => {
    const promote = (): void => {
      const region = random.pick(regions);
      region.promote(random.chance(0.6) ? region.name : random.pick(regions).name, random);
    };
    onTurn('promotion', 'begins');
    promote();
    // Two people, in two halves or in one, who do not know of each other.
    if (random.chance(0.3)) scheduler.after(random.logBetween(1, 30_000), 'a second operator', promote);
    return undefined;
  },
};

const linksOf = (region: string, { links }: PlanWeatherDeps): readonly WatchedLink[] =>
  links.filter(({ from, to }) => from === region || to === region);

const isBetween = ({ from, to }: WatchedLink, one: string, other: string): boolean =>
  (from === one && to === other) || (from === other && to === one);

/** Slowness multiplies, and the bounds of recovery know how slow a link can be. */
const slowDownOnce = (link: WatchedLink, factor: number): (() => void) | undefined =>
  link.slowness() > 1 ? undefined : slowDown([link], factor);
