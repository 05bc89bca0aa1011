/**
 * Random streams as simulated writers leave them behind: regions that see each other late, in part and out of order,
 * sources that report twice, callers that retry elsewhere, people who decide, writers that bypass every check, damaged
 * and missing items. Each stream is a story of steps, so that a failing one shrinks to a short one.
 */
import fc from 'fast-check';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import { type EventType, type Lifecycle, resolutionType } from '../../../domain/lifecycle/define-lifecycle.ts';
import { createLedger, type LedgerBuilder, sha256 } from '../builders/ledger-builder.ts';
import { type EventDraft, resolved } from '../builders/retail-drafts.ts';
import { applyDamage, damage } from './damage.ts';
import { rarely, type Step, type StepOf, step } from './steps.ts';
import type { Vocabulary } from './vocabularies.ts';

export interface StreamBounds {
  /** Resolutions not counted. More than 7 make a chapter too long for the reference fold. */
  readonly entriesMax: number;
  readonly resolutionsMax: number;
}

const referenceBounds: StreamBounds = { entriesMax: 7, resolutionsMax: 3 };

export const streams = (vocabulary: Vocabulary, bounds = referenceBounds): fc.Arbitrary<readonly Entry[]> =>
  fc
    .record({
      regionCount: fc.constantFrom(2, 3),
      seed: fc.nat(),
      clockOffsetsMs: fc.tuple(clockOffsetMs, clockOffsetMs, clockOffsetMs),
      preludeLength: fc.nat({ max: vocabulary.prelude.length }),
      steps: fc.oneof(
        fc.array(step, { minLength: 1, maxLength: bounds.entriesMax + 3, size: 'max' }),
        fc.array(step, { minLength: bounds.entriesMax + 2, maxLength: 3 * bounds.entriesMax, size: 'max' }),
      ),
      damage: rarely(damage),
    })
    .map((plan) => {
      const entries = playStory(plan, vocabulary, bounds);
      return plan.damage && entries.length > 0 ? applyDamage(entries, plan.damage) : entries;
    })
    .filter((entries) => entries.length > 0);

const clockOffsetMs = fc.oneof(fc.constant(0), fc.integer({ min: -600_000, max: 600_000 }));
const regionNames = ['us-east-1', 'eu-west-1', 'ap-south-1'];
const startMs = Date.UTC(2026, 0, 1);

interface StoryPlan {
  readonly regionCount: number;
  readonly seed: number;
  readonly clockOffsetsMs: readonly number[];
  readonly preludeLength: number;
  readonly steps: readonly Step[];
}

interface Story {
  readonly ledger: LedgerBuilder;
  readonly vocabulary: Vocabulary;
  readonly bounds: StreamBounds;
  readonly regionAt: (index: number) => string;
}

const playStory = (plan: StoryPlan, vocabulary: Vocabulary, bounds: StreamBounds): readonly Entry[] => {
  const regions = regionNames.slice(0, plan.regionCount);
  const clockOffsetsMs = Object.fromEntries(regions.map((name, i) => [name, plan.clockOffsetsMs[i] ?? 0]));
  const ledger = createLedger({ regions, lifecycle: vocabulary.lifecycle, seed: plan.seed, startMs, clockOffsetsMs });
  const regionAt = (index: number) => regions[index % regions.length] ?? '';
  for (const event of vocabulary.prelude.slice(0, plan.preludeLength)) ledger.at(regionAt(0)).append(event);
  ledger.replicateAll();
  for (const it of plan.steps) playStep(it, { ledger, vocabulary, bounds, regionAt });
  return ledger.entries();
};

const playStep = (it: Step, story: Story): void => {
  const entries = story.ledger.entries();
  const resolutionCount = entries.filter(({ events }) => events.some(({ type }) => type === resolutionType)).length;
  const isFull = entries.length - resolutionCount >= story.bounds.entriesMax;
  const isDecided = resolutionCount >= story.bounds.resolutionsMax;
  if (it.step === 'append' && !isFull) playAppend(it, story);
  if (it.step === 'retry' && !isFull && !isDecided) playRetry(it, story);
  if (it.step === 'resolve' && !isDecided) playResolve(it, story);
  if (it.step === 'meet') story.ledger.replicateAll();
  if (it.step === 'replicate') {
    const getsThrough = (entry: Entry) => hasBit(it.mask, entries.indexOf(entry));
    story.ledger.replicate(story.regionAt(it.from), story.regionAt(it.to), getsThrough);
  }
};

const playAppend = (it: StepOf<'append'>, { ledger, vocabulary, regionAt }: Story): void => {
  const region = regionAt(it.region);
  const held = ledger.at(region).entries();
  const ownSeq = held.filter((entry) => entry.region === region).length;
  const events = pickEvents(it, held, vocabulary).map((event) => spoil(event, it.flaw));
  ledger.at(region).append(events, {
    ...(it.source !== undefined && { source: it.source }),
    ...(it.idempotencyKey !== undefined && { idempotencyKey: it.idempotencyKey }),
    ...(it.isHashed && { payloadHash: payloadHashOf(events) }),
    ...(it.forgedMs !== undefined && { forgedTimeMs: startMs + 1000 * ledger.entries().length + it.forgedMs }),
    ...(it.seesOwnOnly && { seen: ownSeq === 0 ? {} : { [region]: ownSeq } }),
  });
};

const playRetry = ({ of, region, change }: StepOf<'retry'>, { ledger, vocabulary, regionAt }: Story): void => {
  const keyed = ledger.entries().filter(({ idempotencyKey }) => idempotencyKey !== undefined);
  const first = keyed[of % keyed.length];
  if (!first) return;
  const again = first.events.map((event) => ({ ...event, source: first.source }));
  const events = change === 'payload' ? [pickFrom(vocabulary.drafts, of)] : again;
  const payloadHash = { same: first.payloadHash, hash: sha256('another'), payload: payloadHashOf(events) }[
    change ?? 'same'
  ];
  ledger.at(regionAt(region)).append(events, {
    source: first.source,
    kind: first.kind,
    idempotencyKey: first.idempotencyKey ?? '',
    ...(payloadHash !== undefined && { payloadHash }),
  });
};

const playResolve = (it: StepOf<'resolve'>, { ledger, vocabulary, regionAt }: Story): void => {
  const { eventTypes, statuses } = vocabulary.lifecycle;
  const named = ledger.entries().filter((_, i) => hasBit(it.names, i));
  const decision = resolved({
    cases: named.map(({ id }) => id),
    ...(it.status !== undefined && { status: pickFrom(statuses, it.status) }),
    ...(it.fields !== undefined && { fields: pickFrom(vocabulary.chosenFields, it.fields) }),
  });
  const decisions = vocabulary.drafts.filter(({ type }) => eventTypes.get(type)?.kind === 'decision');
  const events = it.alongside === undefined ? [decision] : [decision, pickFrom(decisions, it.alongside)];
  const key = it.idempotencyKey === undefined ? {} : { idempotencyKey: it.idempotencyKey };
  ledger.at(regionAt(it.region)).append(events, key);
};

/** The first as the writer sees fit, the others of its kind. */
const pickEvents = (it: StepOf<'append'>, held: readonly Entry[], { lifecycle, drafts }: Vocabulary): EventDraft[] => {
  const typeOf = ({ type }: EventDraft): EventType | undefined => lifecycle.eventTypes.get(type);
  const status = apparentStatus(held, lifecycle);
  const likely = drafts.filter((event) => (typeOf(event)?.next[status] ?? -1) >= 0);
  const [firstPick = 0, ...otherPicks] = it.picks;
  const first = pickFrom(it.isLikely ? likely : drafts, firstPick);
  const sameKind = drafts.filter((event) => typeOf(event)?.kind === typeOf(first)?.kind);
  return [first, ...otherPicks.map((pick) => pickFrom(sameKind, pick))];
};

/** The status that a writer may think the order has: entries as they came, the illegal ones passed over. */
const apparentStatus = (held: readonly Entry[], { eventTypes }: Lifecycle): number => {
  const nexts = held.flatMap(({ events }) => events).flatMap(({ type }) => eventTypes.get(type)?.next ?? []);
  return nexts.reduce((status, next) => ((next[status] ?? -1) >= 0 ? (next[status] as number) : status), 0);
};

const spoil = (event: EventDraft, flaw: StepOf<'append'>['flaw']): EventDraft => {
  switch (flaw) {
    case 'type':
      return { ...event, type: `${event.type}Elsewhere` };
    case 'version':
      return { ...event, v: 9 };
    case 'payload':
      return { ...event, data: { ...event.data, unheardOf: true } };
    case undefined:
      return event;
  }
};

const payloadHashOf = (events: readonly Pick<EventDraft, 'type' | 'v' | 'data'>[]): string =>
  sha256(canonicalJson(events.map(({ type, v, data }) => [type, v, data])));

const pickFrom = <Item>(items: readonly Item[], pick: number): Item => items[pick % items.length] as Item;

const hasBit = (mask: number, index: number): boolean => ((mask >> (index % 31)) & 1) === 1;
