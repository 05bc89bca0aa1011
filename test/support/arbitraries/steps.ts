/**
 * What may happen next in a simulated ledger. Steps hold plain numbers that are read against the state of the story, so
 * that fast-check can drop and shrink any of them and what is left still makes a story.
 */
import fc from 'fast-check';

export const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) => maybe(arbitrary, 12);
export const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>) => maybe(arbitrary, 2);

/** Undefined but once in `times`. */
const maybe = <Value>(arbitrary: fc.Arbitrary<Value>, times: number): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: times - 1 }, { arbitrary, weight: 1 });

const hourMs = 3_600_000;
const region = fc.nat({ max: 2 });
const pick = fc.nat({ max: 999 });

const append = fc.record({
  step: fc.constant('append' as const),
  region,
  /** Chosen among what looks legal to the writer, or among all: then it is a fact out of order or a bypassing writer. */
  isLikely: maybe(fc.constant(true), 6).map((isUnlikely) => !isUnlikely),
  picks: fc.oneof(
    { arbitrary: fc.array(pick, { minLength: 1, maxLength: 1 }), weight: 5 },
    { arbitrary: fc.array(pick, { minLength: 2, maxLength: 3 }), weight: 1 },
  ),
  source: rarely(fc.constantFrom('carrier', 'crew', 'warehouse')),
  idempotencyKey: rarely(fc.constantFrom('k', 'l')),
  isHashed: fc.boolean(),
  /** Within a day of its clock, of the one before, of that before; just past a day; in the past. */
  forgedMs: rarely(fc.constantFrom(23 * hourMs, 46 * hourMs, 69 * hourMs, 24.5 * hourMs, -24 * hourMs)),
  seesOwnOnly: rarely(fc.constant(true)),
  flaw: rarely(fc.constantFrom('type', 'version', 'payload')),
});

/** A caller who had no answer sends the command again, to any region; or another one under its key. */
const retry = fc.record({
  step: fc.constant('retry' as const),
  region,
  of: pick,
  change: sometimes(fc.constantFrom('payload', 'hash')),
});

const replicate = fc.record({
  step: fc.constant('replicate' as const),
  from: region,
  to: region,
  /** Which entries get through, by the bits of their place in the story. */
  mask: fc.oneof(fc.constant(-1), fc.nat()),
});

/** Everybody sees everything. */
const meet = fc.record({ step: fc.constant('meet' as const) });

const resolve = fc.record({
  step: fc.constant('resolve' as const),
  region,
  /** Which entries it names, by the bits of their place in the story. */
  names: fc.oneof(fc.constant(-1), fc.constant(0), fc.nat()),
  status: sometimes(pick),
  fields: sometimes(pick),
  alongside: rarely(pick),
  idempotencyKey: rarely(fc.constantFrom('k', 'l')),
});

export const step = fc.oneof(
  { arbitrary: append, weight: 10 },
  { arbitrary: replicate, weight: 5 },
  { arbitrary: meet, weight: 1 },
  { arbitrary: retry, weight: 2 },
  { arbitrary: resolve, weight: 3 },
);

export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
export type StepOf<Name extends Step['step']> = Extract<Step, { readonly step: Name }>;
