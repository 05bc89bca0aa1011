/**
 * What a write comes down to, alone or one of a batch: the command that its body asks for, and running it on its order.
 */
import type { Command, ExpectedState } from '../../domain/decide/command.ts';
import type { Cut } from '../../domain/ledger/cut.ts';
import type { EntryKind } from '../../domain/ledger/entry.ts';
import { orderStream } from '../../domain/ledger/stream-name.ts';
import { type AppendOutcome, appendCommand } from '../ledger/append-commands.ts';
import { askUntil, noWait } from '../ledger/wait.ts';
import type { Caller } from './caller.ts';
import type { CommandBody } from './command-body.ts';
import { countAppended } from './count-appended.ts';
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
  readonly after?: Cut | undefined;
  readonly traceId: string | undefined;
}

export const composeCommand = (parts: CommandParts): OrderCommand => {
  const { kind, orderId, caller, idempotencyKey, body, expected, after, traceId } = parts;
  const { events, source, occurredAt, pointerTo } = body;
  const command: Command = {
    kind,
    source,
    events,
    idempotencyKey,
    expected,
    after,
    occurredAt,
    actor: caller.actor,
    traceId,
  };
  return { orderId, tenant: caller.tenant, command, pointerTo };
};

/** Until `wait` is over, a command whose client has seen more than this region is tried again. Throws LedgerFault. */
export const runCommand = async (
  deps: OrderApiDeps,
  { orderId, tenant, command }: OrderCommand,
  wait = noWait,
): Promise<AppendOutcome> => {
  const stream = orderStream({ tenant, orderId });
  const run = () => appendCommand(deps, stream, command);
  const outcome = await askUntil(deps, wait, run, ({ kind }) => kind !== 'not-covered');
  countAppended(deps, [outcome]);
  deps.logger.info('command', {
    stream,
    outcome: outcome.kind,
    ...('entry' in outcome && { entryId: outcome.entry.id }),
  });
  return outcome;
};
