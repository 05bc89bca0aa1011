/**
 * A heartbeat as an item of the ledger table, and back.
 *
 * An item is no entry: its partition key begins with `heartbeat/`, and it has neither shard nor id, so it stands in no
 * index. `body` is the canonical JSON of the beat, so that whoever lost an answer can see whether what stands is his;
 * `counter` stands beside it for conditions. Peers wrote what is read here, or anybody: what is no beat is undefined.
 */
import * as z from 'zod';
import { invariant } from '../../domain/kernel/invariant.ts';
import { canonicalJson } from '../../domain/ledger/entry-hash.ts';
import { formatPosition, writerPattern } from '../../domain/ledger/position.ts';
import type { Beat } from '../../domain/write-plan/link-lag.ts';
import { beatBodyBytesMax } from './dynamodb-limits.ts';
import { heartbeatStreamPrefix } from './ledger-keys.ts';

export interface BeatItem extends BeatKey {
  readonly region: string;
  readonly counter: number;
  readonly body: string;
}

export interface BeatKey {
  readonly stream: string;
  readonly position: string;
}

/** One item a region, so its number is always the same. */
export const beatKey = (region: string): BeatKey => ({
  stream: `${heartbeatStreamPrefix}${region}`,
  position: formatPosition({ writer: region, seq: 1 }),
});

/** What no peer could read back is a bug and stops here: it would look as if the region had fallen silent. */
export const beatToItem = (beat: Beat): BeatItem => {
  const { region, counter } = beat;
  const body = canonicalJson(beat);
  invariant(readBeatBody(region, body), `the heartbeat of ${region} can be read back`);
  return { ...beatKey(region), region, counter, body };
};

/** Undefined where `body` is no beat of `region`. */
export const readBeatBody = (region: string, body: unknown): Beat | undefined => {
  if (typeof body !== 'string' || Buffer.byteLength(body) > beatBodyBytesMax) return undefined;
  const { data: beat } = beatSchema.safeParse(parseJson(body));
  return beat?.region === region ? beat : undefined;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const region = z.string().regex(writerPattern);
const echo = { counter: z.int().min(1), sentAtMs: z.int().min(0) };

const beatSchema: z.ZodType<Beat> = z.object({
  ...echo,
  region,
  hasSickLink: z.boolean(),
  echoes: z.record(region, z.object(echo)),
});
