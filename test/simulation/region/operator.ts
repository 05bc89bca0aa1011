/**
 * The people of a region who rebuild its views and clean up after it. A rebuild that died or failed is begun again, by
 * somebody who cannot know that the first one may only be asleep.
 */
import type { Clock } from '../../../domain/ports/clock.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createGenerationStore } from '../../../projections/generations/generation-store.ts';
import { cleanGenerations } from '../../../projections/rebuild/clean-generations.ts';
import type { Invocation } from '../kernel/invocation.ts';
import type { LambdaHost } from './lambda-host.ts';
import type { InvocationPorts, Ports } from './ports.ts';
import type { DeployedCode } from './projection-code.ts';
import { rebuildViews } from './rebuild-views.ts';
import type { Region, RegionDeps } from './region.ts';

export interface OperatorDeps extends RegionDeps {
  readonly clock: Clock;
  readonly host: LambdaHost;
  readonly ports: Ports;
  readonly code: DeployedCode;
  /** Rings the projector for no order, as the region's heartbeat does every second. */
  readonly beat: () => void;
}

export const createOperator = (deps: OperatorDeps): Pick<Region, 'rebuild' | 'cleanUp' | 'isSwept'> => {
  const { name, scheduler, host, ports, code, planted } = deps;
  const random = deps.randomStreams(`operator ${name}`);
  let waiting = 0;

  /** Until it is done, and again as long as nobody hears anything: after seconds at first, later every half hour. */
  const persist = (tryOnce: (onDone: () => void) => void): void => {
    waiting++;
    let isDone = false;
    let tries = 0;
    const onDone = (): void => {
      if (!isDone) waiting--;
      isDone = true;
    };
    const turn = (): void => {
      if (isDone) return;
      tryOnce(onDone);
      const waitMs = Math.min(waitMsMax, random.logBetween(5_000, 300_000) * 1.5 ** tries++);
      scheduler.after(waitMs, 'operator looks again', turn);
    };
    turn();
  };

  const run =
    (role: 'rebuild' | 'clean-up', work: (ports: InvocationPorts, invocation: Invocation) => Promise<boolean>) =>
    (onDone: () => void): void =>
      host.invoke(role, async (invocation) => {
        const spoil = role === 'rebuild' ? planted?.rebuild : planted?.cleanUp;
        const isDone = await orNot(work(ports.projection(spoil, role, invocation, code), invocation));
        if (isDone) onDone();
      });

  const rebuild = run('rebuild', (given, invocation) => rebuildViews(deps, given, invocation));
  /** It is refused until the projector has said which code runs; the next try, or the one after, comes later than that. */
  const rebuildOnce = (onDone: () => void): void => {
    deps.beat();
    rebuild(onDone);
  };
  const cleanOnce = run('clean-up', async ({ ports: { controlStore, openViews } }) => {
    const generations = createGenerationStore(controlStore);
    await cleanGenerations({ generations, openViews, controlStore, clock: deps.clock });
    return true;
  });

  return {
    rebuild: () => {
      persist(rebuildOnce);
      if (random.chance(0.3))
        scheduler.after(random.logBetween(1, 60_000), 'a second operator', () => persist(rebuildOnce));
    },
    cleanUp: () => persist(cleanOnce),
    isSwept: () => waiting === 0,
  };
};

const waitMsMax = 30 * 60_000;

const orNot = async (work: Promise<boolean>): Promise<boolean> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LedgerFault) return false;
    throw error;
  }
};
