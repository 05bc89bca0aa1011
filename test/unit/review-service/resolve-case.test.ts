import { describe, expect, it } from 'vitest';
import { isOpen } from '../../../domain/fold/folded-stream.ts';
import type { AppendDeps } from '../../../services/ledger/append-commands.ts';
import { type ResolveOutcome, resolveCase } from '../../../services/review/resolve-case.ts';
import {
  address,
  addressChanged,
  delivered,
  noteChanged,
  packed,
  paid,
  placed,
  shipped,
} from '../../support/builders/retail-drafts.ts';
import {
  createReviewClock,
  createReviewRegion,
  eu,
  type ReviewRegion,
  stream,
  us,
} from '../../support/review-region.ts';
import { createContested, createEarly, meet } from './stories.ts';

const entriesOf = async (region: ReviewRegion) => (await region.eventStore.load(stream)).entries;

const entryOf = (outcome: ResolveOutcome): string | undefined => {
  if (outcome.kind === 'decided') return outcome.taken.entry.id;
  return outcome.kind === 'decided-before' ? outcome.entry.id : undefined;
};

describe('resolve case', () => {
  it('appends one resolution that settles the case, by the actor and under the key', async () => {
    const { here, caseId } = await createContested();

    const outcome = await here.resolve({
      caseId,
      outcome: { status: 'cancelled' },
      actor: 'ana',
      idempotencyKey: 'decision-1',
      traceId: 'trace-1',
    });

    expect(outcome).toMatchObject({ kind: 'decided', taken: { kind: 'appended', folded: { status: 'cancelled' } } });
    expect((await entriesOf(here)).find(({ id }) => id === entryOf(outcome))).toMatchObject({
      kind: 'decision',
      source: 'reviewer',
      actor: 'ana',
      idempotencyKey: 'decision-1',
      traceId: 'trace-1',
      events: [{ type: 'ConflictResolved', data: { cases: [caseId], status: 'cancelled', reason: 'decided' } }],
    });
  });

  it('keeps the order as it stands where nothing is chosen', async () => {
    const { here, caseId } = await createContested();

    await here.resolve({ caseId, outcome: { fields: {} } });

    expect(await here.folded()).toMatchObject({ status: 'shipped', class: 'precedence', provisional: false });
  });

  it('says in the ledger for which status it leaves the order as it stands, and the same when it is sent again', async () => {
    const { here, caseId } = await createContested();
    const keep = () => here.resolve({ caseId, outcome: {}, idempotencyKey: 'keep-1' });
    const first = await keep();
    await here.append(delivered());

    const again = await keep();

    expect((await entriesOf(here)).find(({ id }) => id === entryOf(first))?.events[0]?.data).toMatchObject({
      status: 'shipped',
    });
    expect(again).toMatchObject({ kind: 'decided', taken: { kind: 'replayed', entry: { id: entryOf(first) } } });
  });

  it('asks a person where one region leaves the order as it stands and another decides for a new status', async () => {
    const { here, there, caseId } = await createContested();
    await here.resolve({ caseId, outcome: {} });
    await there.resolve({ caseId, outcome: { status: 'cancelled' } });

    await meet(here, there);

    const { cases } = await here.folded();
    expect(cases.filter(isOpen)).toMatchObject([{ reasons: ['resolutions-differ'] }]);
    expect(await there.folded()).toEqual(await here.folded());
  });

  it('answers a retry with the first outcome, also once the case is settled', async () => {
    const { here, caseId } = await createContested();
    const decide = () => here.resolve({ caseId, outcome: { status: 'cancelled' }, idempotencyKey: 'decision-1' });
    const first = await decide();
    await here.append(noteChanged('gift'));

    const again = await decide();

    expect(again).toMatchObject({ kind: 'decided', taken: { kind: 'replayed', entry: { id: entryOf(first) } } });
  });

  it('refuses another decision under the same key', async () => {
    const { here, caseId } = await createContested();
    await here.resolve({ caseId, outcome: { status: 'cancelled' }, idempotencyKey: 'decision-1' });

    const other = await here.resolve({ caseId, outcome: { status: 'shipped' }, idempotencyKey: 'decision-1' });

    expect(other).toMatchObject({ kind: 'key-reused' });
  });

  it('answers a second decision with the first, and appends nothing', async () => {
    const { here, caseId } = await createContested();
    const first = await here.resolve({ caseId, outcome: { status: 'cancelled' } });
    const { length } = await entriesOf(here);

    const second = await here.resolve({ caseId, outcome: { status: 'shipped' } });

    expect(second).toMatchObject({
      kind: 'decided-before',
      entry: { id: entryOf(first) },
      folded: { status: 'cancelled' },
    });
    expect(await entriesOf(here)).toHaveLength(length);
  });

  it.each([
    ['whatever the order is at', undefined],
    ['as long as there is the order', 'exists' as const],
    ['at what was seen', 'seen' as const],
  ])('takes one of eight decisions that are made at once %s', async (_, condition) => {
    const { here, caseId } = await createContested();
    const { length } = await entriesOf(here);
    const { cut } = await here.folded();
    const expected = condition === 'seen' ? [cut] : condition;

    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_it, i) =>
        here.resolve({ caseId, outcome: { status: i % 2 === 0 ? 'cancelled' : 'shipped' }, expected }),
      ),
    );

    expect(outcomes.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'decided-before')).toHaveLength(7);
    expect(new Set(outcomes.map(entryOf)).size).toBe(1);
    expect(await entriesOf(here)).toHaveLength(length + 1);
  });

  it('takes a decision that is sent twice at once one time', async () => {
    const { here, caseId } = await createContested();
    const { length } = await entriesOf(here);

    const outcomes = await Promise.all([1, 2].map(() => here.resolve({ caseId, idempotencyKey: 'decision-1' })));

    expect(outcomes.map(({ kind }) => kind)).toEqual(['decided', 'decided']);
    expect(await entriesOf(here)).toHaveLength(length + 1);
  });

  it('goes on over other entries that come meanwhile, where nobody named a state', async () => {
    const { here, caseId } = await createContested();

    const [decided, noted] = await Promise.all([here.resolve({ caseId }), here.take(noteChanged('gift'))]);

    expect([decided.kind, noted.kind]).toEqual(['decided', 'appended']);
    expect(await here.folded()).toMatchObject({ class: 'precedence' });
  });

  it('says that it is busy, and not that the state is wrong, to who named none and lost every race', async () => {
    const { here, caseId } = await createContested();
    let races = 0;
    const load: AppendDeps['eventStore']['load'] = async (of) => {
      const loaded = await here.eventStore.load(of);
      await here.append(noteChanged(`gift ${races++}`));
      return loaded;
    };
    const deps: AppendDeps = { ...here.appendDeps, eventStore: { ...here.eventStore, load } };
    const resolution = { stream, caseId, outcome: {}, reason: 'decided', idempotencyKey: 'decision-1' };

    for (const expected of [undefined, 'exists'] as const)
      expect(await resolveCase(deps, { ...resolution, expected })).toMatchObject({ kind: 'busy' });
    const { cut } = await here.folded();
    expect(await resolveCase(deps, { ...resolution, expected: [cut] })).toMatchObject({ kind: 'not-current' });
  });

  it('refuses a decision on a state that the order has left, unless somebody has decided meanwhile', async () => {
    const { here, caseId } = await createContested();
    const { cut } = await here.folded();
    await here.append(noteChanged('gift'));

    expect(await here.resolve({ caseId, expected: [cut] })).toMatchObject({ kind: 'not-current' });
    const first = await here.resolve({ caseId, expected: [(await here.folded()).cut, cut] });
    expect(first.kind).toBe('decided');
    expect(await here.resolve({ caseId, expected: [cut] })).toMatchObject({
      kind: 'decided-before',
      entry: { id: entryOf(first) },
    });
  });

  it('finds nothing to decide about a case that was withdrawn, and none about an id that the order does not know', async () => {
    const { here, caseId } = await createEarly();
    await here.append(paid());

    expect(await here.resolve({ caseId })).toMatchObject({ kind: 'case-withdrawn', caseId });
    const unknown = '01KAJ2Q1C2N8G4S6Y0H3D5E7RP';
    expect(await here.resolve({ caseId: unknown })).toMatchObject({ kind: 'unknown-case', caseId: unknown });
    expect(await here.resolve({ caseId, stream: 'order/acme/nowhere' })).toMatchObject({ kind: 'unknown-case' });
  });

  it('says that it is behind, and not that there is no case, to somebody who has seen more', async () => {
    const { here, there } = await createContested();
    const { id: caseId } = await there.append(shipped());
    const { cut } = await there.folded();

    expect(await here.resolve({ caseId, after: cut })).toMatchObject({ kind: 'not-covered', missing: [us] });

    await here.receive(there);
    expect(await here.resolve({ caseId, after: cut })).toMatchObject({ kind: 'decided' });
  });

  it('settles the other cases that it names, and refuses to where one of them is none', async () => {
    const { here, there, caseId } = await createContested();
    const { id: other } = await there.append(shipped());
    await meet(here, there);
    const unknown = '01KAJ2Q1C2N8G4S6Y0H3D5E7RP';

    expect(await here.resolve({ caseId, alsoSettles: [other, unknown] })).toMatchObject({
      kind: 'unknown-case',
      caseId: unknown,
    });
    await here.resolve({ caseId, alsoSettles: [other, caseId] });

    const { cases } = await here.folded();
    expect(cases.map(({ id }) => id).sort()).toEqual([caseId, other].sort());
    expect(new Set(cases.map(({ settledBy }) => settledBy)).size).toBe(1);
  });

  it('seals the value that was chosen for a field that is personal', async () => {
    const clock = createReviewClock();
    const [here, there] = [createReviewRegion(us, { clock }), createReviewRegion(eu, { clock })];
    for (const draft of [placed(), paid(), packed()]) await here.append(draft);
    await there.receive(here);
    await here.append(addressChanged('Olinda'));
    const { id: caseId } = await there.append(addressChanged('Natal'));
    await meet(here, there);

    const outcome = await here.resolve({ caseId, outcome: { fields: { shippingAddress: address('Salvador') } } });

    expect(outcome.kind).toBe('decided');
    expect(JSON.stringify(await entriesOf(here))).not.toContain('Salvador');
    expect((await here.folded()).cases.filter(({ settledBy }) => settledBy === undefined)).toEqual([]);
  });

  it.each([
    ['agree', 'cancelled', 'cancelled', 0],
    ['differ', 'cancelled', 'shipped', 1],
  ])('leaves both entries and one outcome where two regions decide, and they %s', async (_, left, right, open) => {
    const { here, there, caseId, clock } = await createContested();
    const first = await here.resolve({ caseId, outcome: { status: left } });
    clock.advance(1_000);
    const second = await there.resolve({ caseId, outcome: { status: right } });
    await meet(here, there);

    const [folded, same] = [await here.folded(), await there.folded()];

    expect([first.kind, second.kind]).toEqual(['decided', 'decided']);
    expect(folded).toEqual(same);
    expect(folded.status).toBe(right);
    const asked = folded.cases.filter(({ settledBy }) => settledBy === undefined);
    expect(asked).toHaveLength(open);
    if (open === 1) {
      expect(asked).toMatchObject([{ id: entryOf(second), reasons: ['resolutions-differ'] }]);
      await here.resolve({ caseId: entryOf(second) ?? '', outcome: { status: left } });
      expect(await here.folded()).toMatchObject({ status: left, class: 'precedence' });
    }
  });
});
