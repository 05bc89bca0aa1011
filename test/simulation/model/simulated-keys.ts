/**
 * The keys of the shop's customers, as if every region had made its own before another's had arrived: the most keys that
 * there can be. Nothing of it is random, so runs repeat.
 */
import type { Entry } from '../../../domain/ledger/entry.ts';
import { isSealed } from '../../../domain/ledger/sealed-value.ts';
import { mapPersonal } from '../../../domain/lifecycle/personal-values.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { Open, PersonalData } from '../../../domain/ports/personal-data.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createKeyBox, type KeyBox, keyIdOf } from '../../../infra/personal-data/key-box.ts';
import { testPayloadDigest } from '../../support/personal-data.ts';

export const personalDataOf = (region: string): PersonalData => ({
  payloadDigest: async () => testPayloadDigest,
  sealer: async (_, inUse) => (boxes.get(inUse ?? '') ?? boxOf(region)).seal,
  opener: async () => open,
});

/** The entry as its command was sent. */
export const openEntry = (entry: Entry): Entry => ({
  ...entry,
  events: entry.events.map((event) => ({
    ...event,
    data: mapPersonal(retail, event, ({ name, value }) =>
      isSealed(value) ? open({ stream: entry.stream, name }, value)?.value : value,
    ),
  })),
});

/** By key id; what a region's key is follows from its name. */
const boxes = new Map<string, KeyBox>();

const boxOf = (region: string): KeyBox => {
  const secret = Buffer.from(sha256(`key of ${region}`), 'hex');
  const box = boxes.get(keyIdOf(secret)) ?? createKeyBox(secret);
  boxes.set(keyIdOf(secret), box);
  return box;
};

const open: Open = (place, sealed) => boxes.get(sealed.key)?.open(place, sealed);
