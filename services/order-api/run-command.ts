/**
 * What a write comes down to, alone or one of a batch: the command that its body asks for, and running it on its order.
 */
import { type Command, type ExpectedState, hashPayload } from '../../domain/decide/command.ts';
import type { EntryKind } from '../../domain/ledger/entry.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import type { Sha256 } from '../../domain/ports/digest.ts';
import { type AppendOutcome, appendCommand } from './append-command.ts';
import type { Caller } from './caller.ts';
import type { CommandBody } from './command-body.ts';
import type { OrderApiDeps } from './order-api-deps.ts';

export interface OrderCommand {
  readonly orderId: string;
  readonly tenant: string;
  readonly command: Command;
  readonly pointerTo: CommandBody['pointerTo'];
}

export interface CommandParts {
  readonly kind: EntryKind;
  readonly orderId: string;
  readonly caller: Caller;
  readonly idempotencyKey: string;
  readonly body: CommandBody;
  readonly expected?: ExpectedState | undefined;
  readonly traceId: string | undefined;
}

export const composeCommand = (parts: CommandParts, sha256: Sha256): OrderCommand => {
  const { kind, orderId, caller, idempotencyKey, body, expected, traceId } = parts;
  const { events, source, occurredAt, pointerTo } = body;
  const command: Command = {
    kind,
    source,
    events,
    idempotencyKey,
    payloadHash: hashPayload({ source, events }, sha256),
    expected,
    occurredAt,
    actor: caller.actor,
    traceId,
  };
  return { orderId, tenant: caller.tenant, command, pointerTo };
};

/** Throws LedgerFault. */
export const runCommand = async (
  deps: OrderApiDeps,
  { orderId, tenant, command }: OrderCommand,
): Promise<AppendOutcome> => {
  const stream = orderStream({ tenant, orderId });
  const outcome = await appendCommand(deps, stream, command);
  deps.logger.info('command', {
    stream,
    outcome: outcome.kind,
    ...('entry' in outcome && { entryId: outcome.entry.id }),
  });
  return outcome;
};
