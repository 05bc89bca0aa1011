/**
 * What is sealed in an order, opened for somebody who may read it, as far as its keys are here.
 *
 * A key that has not arrived yet, or was destroyed, leaves `{ "sealed": true }`. Whose keys to try is what the order says
 * now; only where those do not open a value, since two regions or a resolution named different customers, are the
 * others asked that any of its entries has named. Nothing sealed costs nothing.
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

/** By the name under which it was sealed. */
export interface SealedName {
  readonly name: string;
  readonly sealed: SealedValue;
}

/** A value that is not sealed is itself; one that does not open is closed. */
export type OpenValue = (name: string, value: unknown) => unknown;

/** Opens what is in `wanted`; whatever else is sealed stays closed. Throws LedgerFault. */
export const openSealed = async (
  { personalData, lifecycle }: SealDeps,
  { entries, folded: { stream, fields } }: FoldedOrder,
  wanted: readonly SealedName[],
): Promise<OpenValue> => {
  const closed = new Map(wanted.map((it) => [placeOf(it.name, it.sealed), it]));
  const opened = new Map<string, unknown>();
  const tenant = parseOrderStream(stream)?.tenant;
  for (const customerId of customersOf(lifecycle, entries, fields)) {
    if (closed.size === 0 || tenant === undefined) break;
    const keys = [...new Set([...closed.values()].map(({ sealed }) => sealed.key))];
    const open = await personalData.opener({ tenant, customerId }, keys);
    for (const [place, { name, sealed }] of closed) {
      const plain = open({ stream, name }, sealed);
      if (!plain) continue;
      opened.set(place, plain.value);
      closed.delete(place);
    }
  }
  return (name, value) => {
    if (!isSealed(value)) return value;
    const place = placeOf(name, value);
    return opened.has(place) ? opened.get(place) : closedValue;
  };
};

/** After a write: what is stored is stored, so a key that cannot be had now leaves values closed, and is no error. */
export const openStored = async (
  deps: SealDeps,
  order: FoldedOrder,
  wanted: readonly SealedName[],
): Promise<OpenValue> => {
  try {
    return await openSealed(deps, order, wanted);
  } catch (error) {
    if (error instanceof LedgerFault) return openNothing;
    throw error;
  }
};

/** For who gets no keys. */
export const openNothing: OpenValue = (_, value) => (isSealed(value) ? closedValue : value);

export const sealedIn = (values: Readonly<Record<string, unknown>>): readonly SealedName[] =>
  Object.entries(values).flatMap(([name, value]) => (isSealed(value) ? [{ name, sealed: value }] : []));

export const openAll = (open: OpenValue, values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, open(name, value)]));

const placeOf = (name: string, { key, box }: SealedValue): string => `${key}/${box}/${name}`;

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
