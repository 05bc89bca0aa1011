/**
 * Seals what is personal in a draft, under a key of the customer whose order it is, before the entry is hashed.
 *
 * The key that the order's fields are sealed under goes on to be used, so that the fold can tell equal values.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { invariant } from '../../domain/kernel/invariant.ts';
import { isSealed } from '../../domain/ledger/sealed-value.ts';
import type { DraftEvent, EntryDraft } from '../../domain/ledger/stamp-entry.ts';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import { customerAfter, mapPersonal, personalValues } from '../../domain/lifecycle/personal-values.ts';
import { readEvent } from '../../domain/lifecycle/upcast.ts';
import type { PersonalData, Seal } from '../../domain/ports/personal-data.ts';

export interface SealDeps {
  readonly personalData: PersonalData;
  readonly lifecycle: Lifecycle;
}

/** `fields` as the draft was decided on. Throws LedgerFault. */
export const sealDraft = async (
  { personalData, lifecycle }: SealDeps,
  draft: EntryDraft,
  fields: FoldedStream['fields'],
): Promise<EntryDraft> => {
  const { stream, events } = draft;
  if (!events.some((event) => personalValues(lifecycle, event).length > 0)) return draft;
  const tenant = parseOrderStream(stream)?.tenant;
  const customerId = customerAfter(lifecycle, events, fields);
  invariant(tenant !== undefined && customerId !== undefined, 'what was accepted is of a known customer');
  const inUse = Object.values(fields).find(isSealed)?.key;
  const seal = await personalData.sealer({ tenant, customerId }, inUse);
  return { ...draft, events: events.map((event) => sealEvent(lifecycle, stream, event, seal)) };
};

const sealEvent = (lifecycle: Lifecycle, stream: string, event: DraftEvent, seal: Seal): DraftEvent => {
  const data = mapPersonal(lifecycle, event, ({ name, value }) => seal({ stream, name }, value));
  const sealed = { ...event, data };
  const read = readEvent(lifecycle, sealed);
  invariant(read.kind === 'event', `a sealed ${event.type} can be read back`);
  return sealed;
};
