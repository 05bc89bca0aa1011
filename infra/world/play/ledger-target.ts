/**
 * Plays commands into the regions' order APIs over HTTP, as a shop's systems would, and remembers every answer: what was
 * acknowledged must later be found in every region, and what was refused is counted by why.
 */
import { parsePosition } from '../../../domain/ledger/position.ts';
import { orderStream } from '../../../domain/ledger/stream-name.ts';
import type { Sleep } from '../../../domain/ports/clock.ts';
import type { Region } from '../world-types.ts';
import type { ApiAnswer, ApiRequest, OrderClient } from './order-client.ts';
import type { PlayTarget } from './player.ts';
import type { OrderCommand, TimedCommand } from './timed-command.ts';
import { untilReplicated } from './until-replicated.ts';

export type LedgerAnswer =
  | { readonly kind: 'appended' | 'replayed'; readonly id: string; readonly position: string }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string }
  /** No answer in time: whether it was stored is not known. */
  | { readonly kind: 'gave-up'; readonly reason: string };

export interface LedgerTarget extends PlayTarget {
  readonly answers: ReadonlyMap<TimedCommand, LedgerAnswer>;
  /** Requests that had to be sent again. */
  readonly retries: () => number;
}

export interface LedgerTargetDeps {
  readonly regions: ReadonlyMap<string, Region>;
  readonly client: OrderClient;
  /** Opens every region's API to the play. */
  readonly token: string;
  readonly tenant: string;
  readonly nowMs: () => number;
  readonly sleep: Sleep;
}

export const createLedgerTarget = ({
  regions,
  client,
  token,
  tenant,
  nowMs,
  sleep,
}: LedgerTargetDeps): LedgerTarget => {
  const answers = new Map<TimedCommand, LedgerAnswer>();
  const lastByOrderId = new Map<string, LastEntry>();
  let retries = 0;
  let gaveUpInARow = 0;
  const regionOf = (name: string): Region => {
    const region = regions.get(name);
    if (!region) throw new Error(`The world has no region ${name}.`);
    return region;
  };
  return {
    answers,
    retries: () => retries,
    send: async (command) => {
      const outcome = await client.post(commandToRequest(command, regionOf(command.region).apiUrl, token));
      retries += outcome.tries - 1;
      const answer: LedgerAnswer =
        outcome.kind === 'answered' ? readAnswer(outcome.answer) : { kind: 'gave-up', reason: outcome.reason };
      answers.set(command, answer);
      if ('position' in answer) lastByOrderId.set(command.orderId, { position: answer.position, writtenAtMs: nowMs() });
      gaveUpInARow = answer.kind === 'gave-up' ? gaveUpInARow + 1 : 0;
      if (gaveUpInARow >= gaveUpInARowMax) throw new Error(`The order API of ${command.region} does not answer.`);
    },
    untilReplicated: async (command) => {
      const last = lastByOrderId.get(command.orderId);
      if (!last || parsePosition(last.position)?.writer === command.region) return;
      const stream = orderStream({ tenant, orderId: command.orderId });
      const isThere = () => holdsPosition(regionOf(command.region), stream, last.position);
      await untilReplicated({ isThere, writtenAtMs: last.writtenAtMs, nowMs, sleep });
    },
  };
};

interface LastEntry {
  readonly position: string;
  readonly writtenAtMs: number;
}

const holdsPosition = async ({ eventStore }: Region, stream: string, position: string): Promise<boolean> => {
  const { entries } = await eventStore.load(stream);
  return entries.some((entry) => entry.position === position);
};

/** With the next one, the only place here that knows the API's shape. */
export const commandToRequest = (command: OrderCommand, apiUrl: string, token: string): ApiRequest => {
  const { orderId, kind, source, type, data, occurredAtMs: occurredAt } = command;
  const isPlacing = type === 'OrderPlaced';
  return {
    url: isPlacing ? `${apiUrl}/orders` : `${apiUrl}/orders/${orderId}/${kind === 'fact' ? 'facts' : 'decisions'}`,
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': command.idempotencyKey },
    body: JSON.stringify(isPlacing ? { orderId, ...data } : { type, data, source, occurredAt }),
  };
};

export const readAnswer = ({ status, isReplayed, body }: ApiAnswer): LedgerAnswer => {
  const entry = body['entry'] as { readonly id?: unknown; readonly position?: unknown } | undefined;
  const [id, position] = [entry?.id, entry?.position];
  if (status < 300 && typeof id === 'string' && typeof position === 'string')
    return { kind: isReplayed ? 'replayed' : 'appended', id, position };
  const type = typeof body['type'] === 'string' ? body['type'] : '';
  return { kind: 'refused', status, reason: type.slice(type.lastIndexOf(':') + 1) || `http-${status}` };
};

/** Half a minute each: then the API is gone, and playing on would take hours. */
const gaveUpInARowMax = 3;
