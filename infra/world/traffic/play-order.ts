/**
 * Plays the lives of orders into the regions, each step where a shop's systems would send it: the customer's and the
 * payment provider's to the region where the order was placed, the carrier's at times to another.
 *
 * While the order's region and another do not see each other, some orders are written in both at once, as in life by a
 * customer who is sent to the other region and presses the button again: the other region first gets the placing and the
 * payment under their own keys, and then what the order's own region does not know of.
 */
import type { Random } from '../../../domain/ports/clock.ts';
import type { OrderCommand } from '../play/timed-command.ts';
import type { Region, World } from '../world-types.ts';
import type { OrderLife, OrderStep } from './order-life.ts';
import type { OrderSender } from './order-sender.ts';
import { type PlanSplit, splitWrites } from './split-writes.ts';

export interface OrderPlayerDeps {
  readonly world: Pick<World, 'regions' | 'faults'>;
  readonly sender: Pick<OrderSender, 'send' | 'sendToOneOf'>;
  readonly random: Random;
  /** Resolves early when the play is over. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Resolves when the order's life is over. */
export type PlayOrder = (orderId: string, life: OrderLife) => Promise<void>;

export const createOrderPlayer = ({ world, sender, random, pause }: OrderPlayerDeps): PlayOrder => {
  const { regions } = world;
  const [primary] = regions;
  const nextSplit = createSplitTurns();

  const between = (minMs: number, maxMs: number) => pause(minMs + random() * (maxMs - minMs));

  const startingWith = (first: Region | undefined): readonly Region[] =>
    first ? [first, ...regions.filter((region) => region !== first)] : regions;

  const anyOf = (some: readonly Region[]): Region | undefined => some[Math.floor(random() * some.length)];

  const isApart = (left: Region, right: Region): boolean =>
    world.faults().some((fault) => {
      if (fault.kind !== 'partition') return false;
      const ends = [fault.from, fault.to];
      return left !== right && ends.includes(left.name) && ends.includes(right.name);
    });

  return async (orderId, life) => {
    let commands = 0;
    const toCommand = ({ kind, source, type, data }: OrderStep): OrderCommand => {
      const idempotencyKey = `${orderId}.${++commands}`;
      return { orderId, kind, source, type, data, occurredAtMs: Date.now(), idempotencyKey };
    };

    const placed = toCommand(life.placed);
    const home = await sender.sendToOneOf(placed, startingWith(anyOf(regions)));
    if (!home) return;
    await between(400, 1_200);
    const paid = toCommand(life.paid);
    if (!(await sender.sendToOneOf(paid, startingWith(home)))) return;
    await between(700, 2_500);

    const makeKnown = async (region: Region): Promise<boolean> => {
      if (region === home) return true;
      for (const command of [placed, paid]) if ((await sender.send(command, region)) !== 'taken') return false;
      return true;
    };

    /** Facts are taken even of an order that the region has not heard of. */
    const writeIn = async (region: Region, steps: readonly OrderStep[]): Promise<void> => {
      const isKnown = await makeKnown(region);
      const written = isKnown ? steps : steps.filter(({ kind }) => kind === 'fact');
      for (const step of written) if ((await sender.send(toCommand(step), region)) !== 'taken') return;
    };

    const peer = regions.find((region) => isApart(home, region));
    const split = peer && nextSplit()?.(life, random);
    if (split) {
      const [here, there] = peer === primary ? [peer, home] : [home, peer];
      await Promise.all([writeIn(here, split.here), writeIn(there, split.there)]);
      if (!split.goesOn) return;
    }

    const elsewhere = anyOf(regions.filter((region) => region !== home));
    for (const step of life.rest) {
      await between(700, 2_200);
      const isAway = step.isElsewhere && elsewhere && !isApart(home, elsewhere);
      if (!(await sender.sendToOneOf(toCommand(step), startingWith(isAway ? elsewhere : home)))) return;
    }
  };
};

/** Of the orders that are paid while regions are apart every few get one, each the next. */
const createSplitTurns = () => {
  let orders = 0;
  return (): PlanSplit | undefined => {
    const turn = orders++ / ordersPerSplit;
    return Number.isInteger(turn) ? splitWrites[turn % splitWrites.length] : undefined;
  };
};

const ordersPerSplit = 5;
