/**
 * The order in which commands are played: all histories on one clock, and a partition over a part of it.
 *
 * During the partition a seeded share of customers does what people do when a page hangs: they cancel, change the
 * address, leave a note, or press the button again. Each of these lands where the order's next real entry does NOT, so
 * the two regions write one order without knowing of each other. A region that has not heard of the order yet is first
 * sent the placing again, under its own idempotency key, as any client does that was moved to another region.
 */
import type { Random } from '../../../domain/ports/clock.ts';
import { createSeededRandom } from './seeded-random.ts';
import { type OrderHistory, otherRegion, type RegionPair, type TimedCommand } from './timed-command.ts';

export interface Schedule {
  /** Three parts, each in order of time: before, during and after the partition. */
  readonly phases: readonly SchedulePhase[];
  readonly partition: { readonly fromMs: number; readonly toMs: number };
}

export interface SchedulePhase {
  readonly name: 'before' | 'partition' | 'after';
  readonly commands: readonly TimedCommand[];
}

export interface ScheduleOptions {
  readonly regions: RegionPair;
  readonly seed: number;
  /** Of the orders that are written during the partition, how many get an added entry. */
  readonly addedShare?: number;
}

/** By count of commands: the partition covers the middle quarter. */
const partitionShare = { from: 0.4, to: 0.65 };
const addedShareDefault = 0.35;

export const scheduleCommands = (histories: readonly OrderHistory[], options: ScheduleOptions): Schedule => {
  const real = histories.flatMap(({ commands }) => commands).sort(byTime);
  const timeAt = (share: number): number => real[Math.floor(share * (real.length - 1))]?.atMs ?? 0;
  const partition = { fromMs: timeAt(partitionShare.from), toMs: timeAt(partitionShare.to) };
  const random = createSeededRandom(options.seed, 'added');
  const added = histories.flatMap((history) => addCommands(history, partition, options, random));
  const all = added.length > 0 ? [...real, ...added].sort(byTime) : real;
  const isBefore = ({ atMs }: TimedCommand) => atMs < partition.fromMs;
  const isAfter = ({ atMs }: TimedCommand) => atMs >= partition.toMs;
  return {
    partition,
    phases: [
      { name: 'before', commands: all.filter(isBefore) },
      { name: 'partition', commands: all.filter((command) => !isBefore(command) && !isAfter(command)) },
      { name: 'after', commands: all.filter(isAfter) },
    ],
  };
};

/** What this customer adds; the draws are the same in number whatever comes of them. */
const addCommands = (
  history: OrderHistory,
  partition: Schedule['partition'],
  { regions, addedShare = addedShareDefault }: ScheduleOptions,
  random: Random,
): readonly TimedCommand[] => {
  const [chosen, whichAnchor, whichAct, whichMoment] = [random(), random(), random(), random()];
  const placed = history.commands.find(({ type }) => type === 'OrderPlaced');
  const isInPartition = ({ atMs }: TimedCommand) => atMs >= partition.fromMs && atMs < partition.toMs;
  const anchors = history.commands.filter(
    (command) => isInPartition(command) && customerMayActAfter.has(command.type) && command.origin === 'real',
  );
  const anchor = anchors[Math.floor(whichAnchor * anchors.length)];
  if (chosen >= addedShare || !anchor || !placed || placed.atMs > anchor.atMs) return [];
  const next = history.commands[history.commands.indexOf(anchor) + 1];
  const region = otherRegion(regions, next?.region ?? history.homeRegion);
  const untilMs = Math.min(next?.atMs ?? partition.toMs, partition.toMs, anchor.atMs + actDelayMsMax);
  const atMs = Math.min(anchor.atMs + Math.ceil(whichMoment * (untilMs - anchor.atMs)), partition.toMs - 1);
  const act = actOf(whichAct, { placed, anchor, region, atMs, regions });
  const isKnown = history.commands.some(
    (command) =>
      command.atMs <= anchor.atMs &&
      (command.atMs < partition.fromMs || command.region === region) &&
      command.type === 'OrderPlaced',
  );
  const needsPlacing = !isKnown && act.idempotencyKey !== placed.idempotencyKey;
  return needsPlacing ? [retry(placed, region, atMs), act] : [act];
};

const customerMayActAfter = new Set(['OrderPlaced', 'PaymentCaptured', 'OrderShipped']);

interface Occasion {
  readonly placed: TimedCommand;
  readonly anchor: TimedCommand;
  readonly region: string;
  readonly atMs: number;
  readonly regions: RegionPair;
}

const actOf = (draw: number, { placed, anchor, region, atMs, regions }: Occasion): TimedCommand => {
  const decide = (name: string, type: string, data: TimedCommand['data']): TimedCommand => ({
    orderId: placed.orderId,
    region,
    atMs,
    occurredAtMs: atMs,
    origin: 'added',
    kind: 'decision',
    source: 'api',
    type,
    data,
    idempotencyKey: `${placed.orderId}.added-${name}`,
  });
  if (draw < 0.3) return decide('cancel', 'OrderCancelled', { reason: 'changed my mind' });
  if (draw < 0.6) {
    const shippingAddress = { line1: 'Rua Nova 1', city: cityOf(placed), country: 'BR' };
    return decide('address', 'AddressChanged', { shippingAddress });
  }
  if (draw < 0.8) return decide('note', 'NoteChanged', { note: 'please ring twice' });
  const repeated = anchor.type === 'PaymentCaptured' ? anchor : placed;
  return retry(repeated, otherRegion(regions, repeated.region), atMs);
};

/** The same command under the same key, in the other region: the caller never got its answer. */
const retry = (command: TimedCommand, region: string, atMs: number): TimedCommand => ({
  ...command,
  region,
  atMs,
  origin: 'added',
});

const cityOf = (placed: TimedCommand): string => (placed.data['shippingAddress'] as { readonly city: string }).city;

/** Stable: commands of one moment keep the order of their history, and an added one follows what it reacts to. */
const byTime = (left: TimedCommand, right: TimedCommand): number => left.atMs - right.atMs;

const actDelayMsMax = 12 * 60 * 60 * 1000;
