/**
 * Three orders that last writer wins got wrong, told so that a person sees why: who wrote what, where and when, what the
 * row kept, what Rejoin kept, and what Rejoin asks.
 *
 * The choice depends on the play alone: for each kind of mishap, in a fixed order, the order that lost most; among equals
 * the smallest order id. No order is told twice.
 */
import { type FoldedStream, isOpen } from '../../../domain/fold/folded-stream.ts';
import type { OrderOutcome } from './inspect-ledger.ts';
import type { RowOutcome } from './inspect-rows.ts';
import type { RowAnswer } from './last-writer-wins.ts';
import type { LedgerAnswer } from './ledger-target.ts';
import type { TimedCommand } from './timed-command.ts';

export interface Story {
  readonly orderId: string;
  readonly title: string;
  readonly steps: readonly StoryStep[];
  readonly tableKept: readonly string[];
  readonly rejoinKept: readonly string[];
}

export interface StoryStep {
  /** ISO 8601, on the histories' clock; undefined where the data records no time. */
  readonly at: string | undefined;
  readonly region: string;
  readonly what: string;
  readonly origin: TimedCommand['origin'];
  readonly isDuringPartition: boolean;
  readonly ledger: string;
  readonly table: string;
  /** The row that survived does not hold it, though it was acknowledged. */
  readonly isLostByTable: boolean;
}

export interface StoryMaterial {
  readonly commands: readonly TimedCommand[];
  readonly partition: { readonly fromMs: number; readonly toMs: number };
  readonly ledgerAnswers: ReadonlyMap<TimedCommand, LedgerAnswer>;
  readonly rowAnswers: ReadonlyMap<TimedCommand, RowAnswer>;
  readonly ledgerOutcomes: ReadonlyMap<string, OrderOutcome>;
  readonly rowOutcomes: ReadonlyMap<string, RowOutcome>;
  readonly loadFolded: (orderId: string) => Promise<FoldedStream>;
}

export const tellStories = async (material: StoryMaterial): Promise<readonly Story[]> => {
  const chosen = chooseOrders(material);
  return Promise.all(
    chosen.map(async ({ order, mishap }) =>
      tellStory(order, mishap.title, material, await material.loadFolded(order.orderId)),
    ),
  );
};

interface MishapOrder {
  readonly orderId: string;
  readonly commands: readonly TimedCommand[];
  readonly row: RowOutcome;
  readonly ledger: OrderOutcome;
}

interface Mishap {
  readonly title: string;
  readonly matches: (order: MishapOrder) => boolean;
}

const mishaps: readonly Mishap[] = [
  {
    title: 'A cancellation against a parcel that had left',
    matches: ({ commands, row, ledger }) =>
      commands.some(({ type }) => type === 'OrderCancelled') &&
      ledger.openReasons.includes('contested') &&
      row.lostKeys.length > 0,
  },
  { title: 'A new address, overwritten', matches: (order) => hasLost(order, 'AddressChanged') },
  { title: 'A payment that the row forgot', matches: (order) => hasLost(order, 'PaymentCaptured') },
  { title: 'A cancellation, overwritten', matches: (order) => hasLost(order, 'OrderCancelled') },
  { title: 'An acknowledged update, overwritten', matches: ({ row }) => row.lostKeys.length > 0 },
  { title: 'A fact that came too early for the row', matches: ({ row }) => row.isWrongStatus },
];

const storiesMax = 3;

const chooseOrders = ({ commands, ledgerOutcomes, rowOutcomes }: StoryMaterial) => {
  const commandsByOrderId = Map.groupBy(commands, ({ orderId }) => orderId);
  const candidates = [...rowOutcomes].flatMap(([orderId, row]): readonly MishapOrder[] => {
    const ledger = ledgerOutcomes.get(orderId);
    const isWrong = row.lostKeys.length > 0 || row.isWrongStatus;
    return ledger && isWrong ? [{ orderId, row, ledger, commands: commandsByOrderId.get(orderId) ?? [] }] : [];
  });
  const ranked = candidates.sort(
    (left, right) => right.row.lostKeys.length - left.row.lostKeys.length || (left.orderId < right.orderId ? -1 : 1),
  );
  const chosen: { readonly order: MishapOrder; readonly mishap: Mishap }[] = [];
  const isTold = (orderId: string) => chosen.some(({ order }) => order.orderId === orderId);
  // Varied first; only when the kinds run out does one of them give a second story.
  for (let round = 0; round < storiesMax && chosen.length < storiesMax; round++)
    for (const mishap of mishaps) {
      const order = ranked.find((it) => !isTold(it.orderId) && mishap.matches(it));
      if (order && chosen.length < storiesMax) chosen.push({ order, mishap });
    }
  return chosen;
};

const hasLost = ({ commands, row }: MishapOrder, type: string): boolean =>
  commands.some((command) => command.type === type && row.lostKeys.includes(command.idempotencyKey));

const tellStory = (order: MishapOrder, title: string, material: StoryMaterial, folded: FoldedStream): Story => ({
  orderId: order.orderId,
  title,
  steps: order.commands.map((command) => tellStep(command, order, material)),
  tableKept: tellRow(order),
  rejoinKept: tellFolded(folded, namesById(order.commands, material)),
});

const tellStep = (command: TimedCommand, order: MishapOrder, material: StoryMaterial): StoryStep => {
  const { partition, ledgerAnswers, rowAnswers } = material;
  const isRetry = order.commands.some((it) => it !== command && it.idempotencyKey === command.idempotencyKey);
  const isLost = order.row.lostKeys.includes(command.idempotencyKey) && rowAnswers.get(command)?.kind !== 'refused';
  return {
    at: command.occurredAtMs === undefined ? undefined : new Date(command.atMs).toISOString(),
    region: command.region,
    what: `${describeCommand(command)}${isRetry && command.origin === 'added' ? ', sent again under the same key' : ''}`,
    origin: command.origin,
    isDuringPartition: command.atMs >= partition.fromMs && command.atMs < partition.toMs,
    ledger: tellLedgerAnswer(ledgerAnswers.get(command)),
    table: isLost ? 'acknowledged, then lost' : tellRowAnswer(rowAnswers.get(command)),
    isLostByTable: isLost,
  };
};

const describeCommand = ({ type, data, source }: TimedCommand): string => {
  switch (type) {
    case 'OrderPlaced':
      return `customer places the order of ${describePieces(data['lines'] as readonly { readonly quantity: number }[])}`;
    case 'PaymentCaptured':
      return `payment of ${formatMoney(Number(data['amount']))} captured`;
    case 'OrderShipped':
      return 'parcel handed to the carrier';
    case 'OrderDelivered':
      return 'parcel delivered';
    case 'OrderCancelled':
      return `order cancelled (${String(data['reason'])})`;
    case 'AddressChanged':
      return `customer changes the address to ${String((data['shippingAddress'] as { readonly line1: string }).line1)}`;
    case 'NoteChanged':
      return `customer notes "${String(data['note'])}"`;
    default:
      return `${type} by ${source}`;
  }
};

const describePieces = (lines: readonly { readonly quantity: number }[]): string => {
  const pieces = lines.reduce((total, { quantity }) => total + quantity, 0);
  return pieces === 1 ? '1 piece' : `${pieces} pieces`;
};

const tellLedgerAnswer = (answer: LedgerAnswer | undefined): string => {
  switch (answer?.kind) {
    case 'appended':
      return `kept as ${answer.position}`;
    case 'replayed':
      return `known as ${answer.position}`;
    case 'refused':
      return `refused: ${answer.reason}`;
    case 'gave-up':
      return `no answer: ${answer.reason}`;
    case undefined:
      return 'not sent';
  }
};

const tellRowAnswer = (answer: RowAnswer | undefined): string => {
  switch (answer?.kind) {
    case 'applied':
      return 'written';
    case 'repeated':
      return 'known';
    case 'refused':
      return `refused: ${answer.reason}, row is ${answer.status}`;
    case undefined:
      return 'not sent';
  }
};

const tellRow = ({ row, commands }: MishapOrder): readonly string[] => {
  const lost = row.lostKeys.map((key) => commands.find((it) => it.idempotencyKey === key)?.type ?? key);
  return [
    `${row.status}, captured ${formatMoney(row.money['captured'] ?? 0)}; last written in ${row.writtenIn}`,
    ...(lost.length > 0 ? [`acknowledged and gone, nobody was told: ${lost.join(', ')}`] : []),
  ];
};

type EntryNames = ReadonlyMap<string, string>;

const namesById = (commands: readonly TimedCommand[], { ledgerAnswers }: StoryMaterial): EntryNames =>
  new Map(
    commands.flatMap((command) => {
      const answer = ledgerAnswers.get(command);
      return answer && 'id' in answer ? [[answer.id, `${command.type} (${command.region})`] as const] : [];
    }),
  );

const tellFolded = (folded: FoldedStream, names: EntryNames): readonly string[] => {
  const nameOf = (id: string) => names.get(id) ?? id;
  const accepted = folded.history.filter((step) => step.accepted).map(({ id }) => nameOf(id));
  const rejected = folded.history.filter((step) => !step.accepted).map(({ id }) => nameOf(id));
  return [
    `${folded.status}${folded.provisional ? ' for now' : ''}, captured ${formatMoney(folded.money['captured'] ?? 0)}; class ${folded.class}`,
    `history: ${accepted.join(', ')}`,
    ...(rejected.length > 0 ? [`no place in it, but kept: ${rejected.join(', ')}`] : []),
    ...folded.duplicates.map(({ id }) => `repeated, so it counts once: ${nameOf(id)}`),
    ...folded.cases
      .filter(isOpen)
      .map(
        ({ id, reasons, opponents, fields }) =>
          `a person is asked about ${nameOf(id)}: ${reasons.join(', ')}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}${
            opponents.length > 0 ? ` against ${opponents.map(nameOf).join(', ')}` : ''
          }`,
      ),
    ...(folded.cases.some(isOpen) ? [] : [`nobody needs to be asked: ${whyNobody[folded.class]}`]),
  ];
};

const whyNobody: Readonly<Record<FoldedStream['class'], string>> = {
  none: 'the regions never wrote side by side',
  merged: 'what the regions wrote side by side does not touch',
  late: 'the facts came late, and each has its place',
  precedence: 'one legal history holds what both regions wrote',
  illegal: 'its case is settled',
  review: 'its case is settled',
};

const formatMoney = (minorUnits: number): string => `BRL ${(minorUnits / 100).toFixed(2)}`;
