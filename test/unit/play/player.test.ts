import { describe, expect, it } from 'vitest';
import { playSchedule } from '../../../infra/world/play/player.ts';
import type { Schedule } from '../../../infra/world/play/schedule.ts';
import type { TimedCommand } from '../../../infra/world/play/timed-command.ts';
import { command, deliveredOrder, home } from './commands.ts';

const schedule = (before: readonly TimedCommand[], partition: readonly TimedCommand[] = []): Schedule => ({
  partition: { fromMs: 0, toMs: 0 },
  phases: [
    { name: 'before', commands: before },
    { name: 'partition', commands: partition },
    { name: 'after', commands: [] },
  ],
});

const quietNetwork = { partition: async () => undefined, healAndDrain: async () => undefined };
const nothingToWaitFor = { untilReplicated: async () => undefined };
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
const orders = Array.from({ length: 30 }, (_, i) => deliveredOrder(`o${i}`, i).commands);

describe('playing a schedule', () => {
  it('sends the commands of an order one after the other', async () => {
    const running = new Set<string>();
    const sent: TimedCommand[] = [];
    const send = async (it: TimedCommand) => {
      expect(running.has(it.orderId)).toBe(false);
      running.add(it.orderId);
      await soon();
      running.delete(it.orderId);
      sent.push(it);
    };
    await playSchedule(schedule(orders.flat()), { send, ...nothingToWaitFor }, quietNetwork);
    for (const commands of orders)
      expect(sent.filter(({ orderId }) => orderId === commands[0]?.orderId)).toEqual(commands);
  });

  it('has no more in flight than it may', async () => {
    let running = 0;
    let most = 0;
    const send = async () => {
      most = Math.max(most, ++running);
      await soon();
      running--;
    };
    const placings = orders.flatMap((commands) => commands.slice(0, 1));
    await playSchedule(schedule(placings), { send, ...nothingToWaitFor }, quietNetwork, { inFlightMax: 4 });
    expect(most).toBe(4);
  });

  it('cuts the link when all before has been answered, and heals when all of the partition has', async () => {
    const told: string[] = [];
    const target = {
      send: async ({ type }: TimedCommand) => {
        await soon();
        told.push(type);
      },
      ...nothingToWaitFor,
    };
    const network = {
      partition: async () => void told.push('cut'),
      healAndDrain: async () => void told.push('healed'),
    };
    await playSchedule(
      schedule([command('OrderPlaced', home, 1)], [command('OrderCancelled', home, 2)]),
      target,
      network,
    );
    expect(told).toEqual(['OrderPlaced', 'cut', 'OrderCancelled', 'healed']);
  });

  it('waits for replication only while the regions are linked', async () => {
    const waited: string[] = [];
    const target = {
      send: async () => undefined,
      untilReplicated: async ({ type }: TimedCommand) => void waited.push(type),
    };
    await playSchedule(
      schedule([command('OrderPlaced', home, 1)], [command('OrderCancelled', home, 2)]),
      target,
      quietNetwork,
    );
    expect(waited).toEqual(['OrderPlaced']);
  });

  it('stops at the first fault, after what is in flight has ended', async () => {
    let running = 0;
    const send = async ({ type }: TimedCommand) => {
      running++;
      await soon();
      running--;
      if (type === 'OrderShipped') throw new Error('the API is gone');
    };
    const playing = playSchedule(schedule(orders.flat()), { send, ...nothingToWaitFor }, quietNetwork, {
      inFlightMax: 8,
    });
    await expect(playing).rejects.toThrow('the API is gone');
    expect(running).toBe(0);
  });
});
