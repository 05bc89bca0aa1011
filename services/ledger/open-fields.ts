/**
 * The fields of an order as somebody reads them who may: what is sealed is opened, as far as its keys are here.
 *
 * A key that has not arrived yet, or was destroyed, leaves `{ "sealed": true }`. Whose keys to try is what the order says
 * now; only where those do not open a value, since two regions or a resolution named different customers, are the
 * others asked that any of its entries has named. An order without sealed values costs nothing.
 */

import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import { isSealed, type SealedValue } from '../../domain/ledger/sealed-value.ts';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import { customerAfter } from '../../domain/lifecycle/personal-values.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { SealDeps } from './seal-draft.ts';

/** What a reader gets of a value whose key is not here, or not theirs to use. */
export const closedValue = { sealed: true } as const;

export interface FoldedOrder {
  /** Those that were folded. */
  readonly entries: readonly Entry[];
  readonly folded: FoldedStream;
}

/** Throws LedgerFault. */
export const openFields = async (
  { personalData, lifecycle }: SealDeps,
  { entries, folded: { stream, fields } }: FoldedOrder,
): Promise<FoldedStream['fields']> => {
  const tenant = parseOrderStream(stream)?.tenant;
  const closed = sealedIn(fields);
  if (closed.size === 0 || tenant === undefined) return fields;
  const opened: Record<string, unknown> = {};
  for (const customerId of customersOf(lifecycle, entries, fields)) {
    const keys = [...closed.values()].map(({ key }) => key);
    const open = await personalData.opener({ tenant, customerId }, keys);
    for (const [name, sealed] of closed) {
      const plain = open({ stream, name }, sealed);
      if (!plain) continue;
      opened[name] = plain.value;
      closed.delete(name);
    }
    if (closed.size === 0) break;
  }
  return { ...closeFields(fields), ...opened };
};

/** After a write: what is stored is stored, so a key that cannot be had now leaves values closed, and is no error. */
export const openStoredFields = async (deps: SealDeps, order: FoldedOrder): Promise<FoldedStream['fields']> => {
  try {
    return await openFields(deps, order);
  } catch (error) {
    if (error instanceof LedgerFault) return closeFields(order.folded.fields);
    throw error;
  }
};

/** What is sealed reads as closed. */
const closeFields = (fields: FoldedStream['fields']): FoldedStream['fields'] =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, isSealed(value) ? closedValue : value]));

const sealedIn = (fields: FoldedStream['fields']): Map<string, SealedValue> =>
  new Map(Object.entries(fields).flatMap(([name, value]) => (isSealed(value) ? [[name, value] as const] : [])));

/** The present one first. Lazily, as that is the only one of nearly every order. */
function* customersOf(
  lifecycle: Lifecycle,
  entries: readonly Entry[],
  fields: FoldedStream['fields'],
): Generator<string, void> {
  const asked = new Set<string>();
  const isNew = (customerId: string | undefined): customerId is string => {
    if (customerId === undefined || asked.has(customerId) || asked.size === customersMax) return false;
    asked.add(customerId);
    return true;
  };
  const present = customerAfter(lifecycle, [], fields);
  if (isNew(present)) yield present;
  for (const { events } of entries) {
    const named = customerAfter(lifecycle, events, {});
    if (isNew(named)) yield named;
  }
}

/** More than a region can have named by mistake; each costs a request. */
const customersMax = 5;
