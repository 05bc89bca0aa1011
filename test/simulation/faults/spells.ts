/**
 * Faults that come in spells: each begins at a random moment, lasts, and ends; several may overlap.
 *
 * When calm is called, whatever still goes on ends at once, and from then on nothing begins any more.
 */
import type { RandomStream, RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';

export interface Spells {
  readonly calm: () => void;
}

export interface SpellsOptions<Name extends string> {
  readonly names: readonly Name[];
  /** An hour; 0 switches one off. */
  readonly rates: Readonly<Record<Name, number>>;
  readonly durationMs: number;
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  /** Begins and returns how to end; undefined when there is nothing to do it to. */
  readonly begin: (name: Name, random: RandomStream) => (() => void) | undefined;
  readonly drawDurationMs: (random: RandomStream) => number;
}

export const createSpells = <Name extends string>(options: SpellsOptions<Name>): Spells => {
  const { names, rates, scheduler, randomStreams } = options;
  const ongoing = new Set<() => void>();
  const endMs = scheduler.nowMs() + options.durationMs;
  let isCalm = false;

  const plan = (name: Name): void => {
    const rate = rates[name];
    if (rate === 0) return;
    const random = randomStreams(`weather ${name}`);
    const waitMs = (-Math.log(1 - random.next()) * hourMs) / rate;
    if (scheduler.nowMs() + waitMs >= endMs) return;
    scheduler.after(waitMs, name, () => {
      if (isCalm) return;
      begin(name, random);
      plan(name);
    });
  };

  const begin = (name: Name, random: RandomStream): void => {
    const end = options.begin(name, random);
    if (!end) return;
    const endOnce = (): void => {
      if (ongoing.delete(endOnce)) end();
    };
    ongoing.add(endOnce);
    scheduler.after(options.drawDurationMs(random), `${name} ends`, endOnce);
  };

  for (const name of names) plan(name);
  return {
    calm: () => {
      isCalm = true;
      for (const end of [...ongoing]) end();
    },
  };
};

const hourMs = 3_600_000;
