/**
 * A tiny ledger of writers: every region has its own replica, appends to its own part of the stream having seen only
 * what its replica has closed, and replication moves entries when the test says so. What comes out is what a real
 * writer could have written: stamped by the ledger clock, hashed, with parents. Time is virtual, ids are seeded.
 */
import { createHash } from 'node:crypto';
import { decodeTime } from 'ulid';
import { idFutureMsMax } from '../../../domain/kernel/limits.ts';
import { type Cut, coversCut, seqAt } from '../../../domain/ledger/cut.ts';
import { type Entry, type EntryKind, lastEventId } from '../../../domain/ledger/entry.ts';
import { hashEntry } from '../../../domain/ledger/entry-hash.ts';
import { nextEventIds } from '../../../domain/ledger/ledger-clock.ts';
import { formatPosition } from '../../../domain/ledger/position.ts';
import { tenantOf } from '../../../domain/ledger/stream-name.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { Sha256 } from '../../../domain/ports/digest.ts';
import type { EventDraft } from './retail-drafts.ts';
import { createSeededRandom } from './seeded-random.ts';

export interface LedgerOptions {
  readonly regions?: readonly string[];
  readonly lifecycle?: Pick<Lifecycle, 'eventTypes'>;
  readonly stream?: string;
  readonly seed?: number;
  readonly startMs?: number;
  /** How far a region's physical clock is off, in ms: decides whose ids are larger. */
  readonly clockOffsetsMs?: Readonly<Record<string, number>>;
}

export interface AppendOptions {
  readonly source?: string;
  /** Needed only where the lifecycle does not know the type. */
  readonly kind?: EntryKind;
  readonly idempotencyKey?: string;
  readonly payloadHash?: string;
  readonly occurredAt?: number;
  /** Takes the place of the ledger clock: a writer that forges ids. Others skip one of the future when they stamp. */
  readonly forgedTimeMs?: number;
  /** Takes the place of the closed cut of the replica: a writer that saw less than it holds. */
  readonly seen?: Cut;
}

export interface LedgerWriter {
  /** One entry of these events, visible to this region alone until it is replicated. */
  readonly append: (events: EventDraft | readonly EventDraft[], options?: AppendOptions) => Entry;
  /** What this region's replica holds, in order of arrival. */
  readonly entries: () => readonly Entry[];
}

export interface LedgerBuilder {
  readonly at: (region: string) => LedgerWriter;
  /** Copies what `from` holds and `to` does not, or the part that `picks` lets through. */
  readonly replicate: (from: string, to: string, picks?: (entry: Entry) => boolean) => void;
  readonly replicateAll: () => void;
  /** Every entry of every region, in the order in which they were appended. */
  readonly entries: () => readonly Entry[];
  readonly advance: (ms: number) => void;
}

export const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');

export const twoRegions = ['us-east-1', 'eu-west-1'] as const;

export const createLedger = ({
  regions = twoRegions,
  lifecycle = retail,
  stream = 'order/acme/1001',
  seed = 1,
  startMs = Date.UTC(2026, 0, 1),
  clockOffsetsMs = {},
}: LedgerOptions = {}): LedgerBuilder => {
  const random = createSeededRandom(seed);
  const replicas = new Map(regions.map((region): [string, Entry[]] => [region, []]));
  const all: Entry[] = [];
  const malformed = new Set<Entry>();
  let nowMs = startMs;

  const replicaOf = (region: string): Entry[] => {
    const replica = replicas.get(region);
    if (!replica) throw new Error(`no region ${region} in this ledger`);
    return replica;
  };

  const append = (region: string, drafts: readonly EventDraft[], options: AppendOptions): Entry => {
    const [first] = drafts;
    if (!first) throw new Error('an entry has at least one event');
    nowMs += 1000;
    const clockMs = nowMs + (clockOffsetsMs[region] ?? 0);
    const replica = replicaOf(region);
    const seen = options.seen ?? closedCutOf(replica);
    const seenEntries = replica.filter((entry) => entry.seq <= seqAt(seen, entry.region));
    const lastSeenId = seenEntries
      .filter((entry) => !malformed.has(entry))
      .map(lastEventId)
      .sort()
      .at(-1);
    const reading =
      options.forgedTimeMs === undefined
        ? { nowMs: clockMs, lastSeenId }
        : { nowMs: options.forgedTimeMs, lastSeenId: undefined };
    const ids = nextEventIds({ ...reading, random }, drafts.length);
    const seq = seqAt(seen, region) + 1;
    const entry = hashEntry(
      {
        stream,
        position: formatPosition({ writer: region, seq }),
        tenant: tenantOf(stream) ?? '',
        region,
        seq,
        id: ids[0] as string,
        seen,
        kind: lifecycle.eventTypes.get(first.type)?.kind ?? options.kind ?? 'fact',
        source: options.source ?? first.source,
        events: drafts.map(({ type, v, data }, i) => ({ id: ids[i] as string, type, v, data })),
        recordedAt: clockMs,
        parents: seenEntries
          .filter((seenEntry) => seenEntry.seq === seqAt(seen, seenEntry.region))
          .map(({ hash }) => hash)
          .sort(),
        ...pickGiven(options, ['idempotencyKey', 'payloadHash', 'occurredAt']),
      },
      sha256,
    );
    if (isMalformed(options.forgedTimeMs, [clockMs, ...(lastSeenId === undefined ? [] : [decodeTime(lastSeenId)])]))
      malformed.add(entry);
    replica.push(entry);
    all.push(entry);
    return entry;
  };

  const replicate: LedgerBuilder['replicate'] = (from, to, picks = () => true) => {
    const target = replicaOf(to);
    target.push(...replicaOf(from).filter((entry) => !target.includes(entry) && picks(entry)));
  };

  return {
    at: (region) => ({
      append: (events, options = {}) =>
        append(region, Array.isArray(events) ? events : [events as EventDraft], options),
      entries: () => [...replicaOf(region)],
    }),
    replicate,
    replicateAll: () => {
      for (const from of regions) for (const to of regions) replicate(from, to);
      for (const from of regions) for (const to of regions) replicate(from, to);
    },
    entries: () => [...all],
    advance: (ms) => {
      nowMs += ms;
    },
  };
};

/** The gapless prefix of every region whose `seen` is covered too. */
export const closedCutOf = (replica: readonly Entry[]): Cut => {
  const cut: Record<string, number> = {};
  const isNext = ({ region, seq, seen }: Entry) =>
    seq === seqAt(cut, region) + 1 && coversCut(cut, { ...seen, [region]: seq - 1 });
  for (let next = replica.find(isNext); next; next = replica.find(isNext)) cut[next.region] = next.seq;
  return cut;
};

const isMalformed = (forgedTimeMs: number | undefined, knownMs: readonly number[]): boolean =>
  forgedTimeMs !== undefined && knownMs.every((timeMs) => forgedTimeMs > timeMs + idFutureMsMax);

const pickGiven = <Key extends keyof AppendOptions>(
  options: AppendOptions,
  keys: readonly Key[],
): Partial<Pick<AppendOptions, Key>> =>
  Object.fromEntries(keys.filter((key) => options[key] !== undefined).map((key) => [key, options[key]])) as Partial<
    Pick<AppendOptions, Key>
  >;
