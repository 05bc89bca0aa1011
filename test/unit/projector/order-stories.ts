/** Orders whose cases come and go, as what a region holds from one doorbell to the next. */
import type { Entry } from '../../../domain/ledger/entry.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import {
  addressChanged,
  cancelled,
  packed,
  paid,
  placed,
  resolved,
  shipped,
  tagAdded,
} from '../../support/builders/retail-drafts.ts';
import { stream } from './stream-region.ts';

export interface OrderStory {
  readonly name: string;
  readonly chapters: readonly (readonly Entry[])[];
}

export const contested = (): readonly Entry[] => contestedAndTagged().slice(0, -1);

export const contestedAndTagged = (): readonly Entry[] => {
  const order = createLedger({ stream });
  for (const event of [placed(), paid()]) order.at('us-east-1').append(event);
  order.replicateAll();
  for (const event of [packed(), shipped()]) order.at('us-east-1').append(event);
  order.at('eu-west-1').append(cancelled());
  order.at('us-east-1').append(tagAdded('gift'));
  return order.entries();
};

export const shippedBeforePaid = (): readonly Entry[] => {
  const order = createLedger({ stream });
  for (const event of [placed(), shipped(), paid()]) order.at('us-east-1').append(event);
  return order.entries();
};

const settled = (): readonly Entry[] => {
  const order = createLedger({ stream });
  for (const event of [placed(), paid()]) order.at('us-east-1').append(event);
  order.replicateAll();
  for (const event of [packed(), shipped()]) order.at('us-east-1').append(event);
  const { id } = order.at('eu-west-1').append(cancelled());
  order.replicateAll();
  order.at('eu-west-1').append(resolved({ cases: [id], status: 'cancelled' }));
  return order.entries();
};

/** The carrier's shipment, which nobody in eu-west-1 had seen, asks about the address that a person had settled. */
const askedAgain = (): readonly Entry[] => {
  const order = createLedger({ stream });
  for (const event of [placed(), paid()]) order.at('us-east-1').append(event);
  order.replicateAll();
  order.at('us-east-1').append(addressChanged('Natal'));
  const { id } = order.at('eu-west-1').append(addressChanged('Olinda'));
  order.replicate('us-east-1', 'eu-west-1');
  order.at('eu-west-1').append(resolved({ cases: [id] }));
  order.at('us-east-1').append(shipped());
  return order.entries();
};

/** The shipment is none any more once the payment is here; the cancellation is one from then on. */
const oneForAnother = (): readonly Entry[] => {
  const order = createLedger({ stream });
  order.at('us-east-1').append(placed());
  order.replicateAll();
  order.at('us-east-1').append(shipped());
  order.at('us-east-1').append(paid());
  order.at('eu-west-1').append(cancelled());
  return order.entries();
};

const upTo = (entries: readonly Entry[], ...lengths: readonly number[]) =>
  lengths.map((length) => entries.slice(0, length));

export const orderStories: readonly OrderStory[] = [
  { name: 'a case opens', chapters: upTo(contestedAndTagged(), 1, 5, 6) },
  { name: 'a case opens and is withdrawn', chapters: upTo(shippedBeforePaid(), 1, 2, 3) },
  { name: 'a case opens and is settled', chapters: upTo(settled(), 2, 5, 6) },
  { name: 'a settled case is asked again', chapters: upTo(askedAgain(), 4, 5, 6) },
  { name: 'a case opens as another goes', chapters: upTo(oneForAnother(), 1, 2, 4) },
];
