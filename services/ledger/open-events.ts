/**
 * The events of an order's entries as somebody reads them who may: what is personal in a payload is opened, as far as its
 * keys are here.
 */
import type { LedgerEvent } from '../../domain/ledger/entry.ts';
import { isSealed } from '../../domain/ledger/sealed-value.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import { mapPersonal, personalValues } from '../../domain/lifecycle/personal-values.ts';
import { type OpenValue, openAll, openNothing, type SealedName } from './open-sealed.ts';

/** What has to be opened for `openData`. */
export const sealedInEvents = (
  lifecycle: Lifecycle,
  events: readonly Pick<LedgerEvent, 'type' | 'data'>[],
): readonly SealedName[] =>
  events
    .flatMap((event) => personalValues(lifecycle, event))
    .flatMap(({ name, value }) => (isSealed(value) ? [{ name, sealed: value }] : []));

/** The payload as it is read; what this deployment does not know to be personal, and finds sealed, it closes. */
export const openData = (
  lifecycle: Lifecycle,
  event: Pick<LedgerEvent, 'type' | 'data'>,
  open: OpenValue,
): LedgerEvent['data'] =>
  openAll(
    openNothing,
    mapPersonal(lifecycle, event, ({ name, value }) => open(name, value)),
  );
