/** When an entry was accepted, as its id says: by the ledger's clock. Pure. */
import { decodeTime } from 'ulid';
import { isUlid } from '../../../../domain/ledger/ulid.ts';

/** In ms since 1970; undefined of what is no id. */
export const ulidTimeMs = (id: string): number | undefined => (isUlid(id) ? decodeTime(id) : undefined);
