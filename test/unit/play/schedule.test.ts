import { describe, expect, it } from 'vitest';
import { scheduleCommands } from '../../../infra/world/play/schedule.ts';
import type { TimedCommand } from '../../../infra/world/play/timed-command.ts';
import { away, deliveredOrder, home, regions } from './commands.ts';

const histories = Array.from({ length: 200 }, (_, i) => deliveredOrder(`o${i}`, i * 3));
const schedule = scheduleCommands(histories, { regions, seed: 7, addedShare: 1 });
const all = schedule.phases.flatMap(({ commands }) => commands);
const added = all.filter(({ origin }) => origin === 'added');
const historyOf = ({ orderId }: TimedCommand) => histories.find((it) => it.orderId === orderId)?.commands ?? [];

describe('a schedule', () => {
  it('plays every command of the data once', () => {
    const real = all.filter(({ origin }) => origin === 'real');
    expect(new Set(real)).toEqual(new Set(histories.flatMap(({ commands }) => commands)));
    expect(real).toHaveLength(800);
  });

  it('keeps the order of time, across the phases too', () => {
    const times = all.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
  });

  it('cuts the regions off for the middle quarter', () => {
    const [before = 0, during = 0, after = 0] = schedule.phases.map(
      ({ commands }) => commands.filter(({ origin }) => origin === 'real').length / 800,
    );
    expect(during).toBeGreaterThan(0.2);
    expect(during).toBeLessThan(0.3);
    expect(before).toBeGreaterThan(0.3);
    expect(after).toBeGreaterThan(0.3);
  });

  it('adds only during the partition, cancellations, addresses, notes and retries', () => {
    const during = schedule.phases.find(({ name }) => name === 'partition')?.commands ?? [];
    expect(added.every((command) => during.includes(command))).toBe(true);
    expect(new Set(added.map(({ type }) => type))).toEqual(
      new Set(['OrderCancelled', 'AddressChanged', 'NoteChanged', 'OrderPlaced', 'PaymentCaptured']),
    );
  });

  it('sends a retry with the same key and payload as the first try, in the other region', () => {
    const retries = added.filter(({ type }) => type === 'OrderPlaced' || type === 'PaymentCaptured');
    expect(retries.length).toBeGreaterThan(0);
    for (const retry of retries) {
      const first = historyOf(retry).find(({ idempotencyKey }) => idempotencyKey === retry.idempotencyKey);
      expect(first).toMatchObject({ data: retry.data, source: retry.source });
      expect([first?.region, retry.region].toSorted()).toEqual([away, home]);
    }
  });

  it('writes what it adds away from where the order goes on', () => {
    for (const decision of added.filter(({ idempotencyKey }) => idempotencyKey.includes('.added-'))) {
      const next = historyOf(decision).find(({ atMs }) => atMs >= decision.atMs);
      if (next) expect(decision.region).not.toBe(next.region);
    }
  });

  it('lets a region hear of an order before a customer changes it there', () => {
    for (const decision of added.filter(({ kind, type }) => kind === 'decision' && type !== 'OrderPlaced')) {
      const isHeard = (command: TimedCommand) =>
        command.orderId === decision.orderId &&
        command.type === 'OrderPlaced' &&
        (command.atMs < schedule.partition.fromMs || command.region === decision.region);
      expect(all.slice(0, all.indexOf(decision)).some(isHeard)).toBe(true);
    }
  });

  it('is the same for the same seed and another for another', () => {
    expect(scheduleCommands(histories, { regions, seed: 7, addedShare: 1 })).toEqual(schedule);
    expect(scheduleCommands(histories, { regions, seed: 8, addedShare: 1 })).not.toEqual(schedule);
  });

  it('adds nothing where no customer is to act', () => {
    const quiet = scheduleCommands(histories, { regions, seed: 7, addedShare: 0 });
    expect(quiet.phases.flatMap(({ commands }) => commands)).toHaveLength(800);
  });
});
