/**
 * What one doorbell does: the live row first, naming what is unsaid; then the alerts; then the row that has said it; rows
 * of generations that are being built last. Deaths and races: project-stream-deaths and project-stream-races.
 */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { contested, contestedAndTagged, shippedBeforePaid } from './order-stories.ts';
import { createStreamRegion, expectSettled, kindOf, stream, v1, v2 } from './stream-region.ts';

const both = ['g0001', 'g0002'] as const;
const caseOf = (entries: readonly Entry[]): string => (entries[4] as Entry).id;

describe('projecting a stream', () => {
  it('writes the fold of everything here, however many entries rang', async () => {
    const region = createStreamRegion(contestedAndTagged().slice(0, 4));

    const projected = await region.project();

    expect(projected).toMatchObject({ kind: 'projected', rowsReplaced: 1, refolds: 0, alerts: [] });
    expect(region.deeds()).toEqual(['replace g0001']);
    expectSettled(region);
  });

  it('leaves a row untouched that says as much already, and says nothing again', async () => {
    const region = createStreamRegion(contested());
    await region.project();
    const deeds = region.deeds().length;

    for (let rings = 0; rings < 5; rings++)
      expect(await region.project()).toMatchObject({ kind: 'projected', rowsReplaced: 0, alerts: [], refolds: 0 });

    expect(region.deeds()).toHaveLength(deeds);
    expect(region.alerts()).toHaveLength(1);
  });

  it('writes rows with what is unsaid, the live one first, says it, and writes them again in the same order', async () => {
    const region = createStreamRegion(contested());

    const projected = await region.project({ generations: both });

    expect(projected).toMatchObject({ rowsReplaced: 4, refolds: 0, alerts: [{ type: 'ConflictNeedsReview' }] });
    expect(region.deeds()).toEqual([
      'replace g0001',
      'replace g0002',
      'publish ConflictNeedsReview',
      'replace g0001',
      'replace g0002',
    ]);
    expectSettled(region, { generations: both });
  });

  it('names in the row, until they are said, the cases that changed and no others', async () => {
    const region = createStreamRegion(contested());
    await region.project();
    region.hold(contestedAndTagged());
    await region.project();
    expect(region.row('g0001')?.unsaid).toBeUndefined();

    const other = createStreamRegion(contested());
    other.failing.add('publish');
    await expect(other.project()).rejects.toThrow(LedgerFault);

    expect(other.row('g0001')).toEqual({ ...other.viewOf(contested()), unsaid: [caseOf(contested())] });
  });

  it('keeps what is unsaid in every row when the alerts cannot be published', async () => {
    const region = createStreamRegion(contested());
    region.failing.add('publish');

    for (let rings = 0; rings < 3; rings++)
      await expect(region.project({ generations: both })).rejects.toThrow(LedgerFault);

    expect(region.row('g0001')?.unsaid).toEqual([caseOf(contested())]);
    expect(region.row('g0002')?.unsaid).toEqual([caseOf(contested())]);
    region.failing.clear();
    await region.project({ generations: both });
    expect(region.alerts()).toHaveLength(1);
    expectSettled(region, { generations: both });
  });

  it('says what a row names as unsaid though the row is as it should be, and clears it', async () => {
    const region = createStreamRegion(contested());
    region.put('g0001', { ...region.viewOf(contested()), unsaid: [caseOf(contested())] });

    const projected = await region.project();

    expect(projected).toMatchObject({ alerts: [{ type: 'ConflictNeedsReview', caseId: caseOf(contested()) }] });
    expectSettled(region);
  });

  it('withdraws what a row names as unsaid and what is no case here', async () => {
    const [opening] = contested() as [Entry];
    const region = createStreamRegion([opening]);
    region.put('g0001', { ...region.viewOf([opening]), unsaid: ['the case'] });

    const projected = await region.project();

    expect(projected).toMatchObject({ alerts: [{ type: 'CaseWithdrawn', caseId: 'the case' }] });
    expectSettled(region);
  });

  it('says and clears what the row of a generation being built names as unsaid', async () => {
    const region = createStreamRegion(contested());
    await region.project({ generations: both });
    region.put('g0002', { ...region.viewOf(contested()), unsaid: [caseOf(contested())] });

    const projected = await region.project({ generations: both });

    expect(projected).toMatchObject({ alerts: [{ caseId: caseOf(contested()) }] });
    expectSettled(region, { generations: both });
  });

  it('says what older code left unsaid, as newer code sees it', async () => {
    const entries = shippedBeforePaid();
    const region = createStreamRegion(entries.slice(0, 2));
    region.failing.add('publish');
    await expect(region.project()).rejects.toThrow(LedgerFault);
    region.failing.clear();

    await region.project({ version: v2 });

    expect(region.alerts()).toMatchObject([{ type: 'IllegalTransition', version: v2 }]);
    expectSettled(region, { version: v2 });
  });

  it('gives the row to a generation that lacks it while the live one says as much already, without an alert', async () => {
    const region = createStreamRegion(contested());
    await region.project();

    const projected = await region.project({ generations: both });

    expect(projected).toMatchObject({ rowsReplaced: 1, alerts: [] });
    expect(region.alerts()).toHaveLength(1);
    expectSettled(region, { generations: both });
  });

  it('brings a generation up that is behind the live one, without saying again what the live row remembers', async () => {
    const region = createStreamRegion(contested());
    await region.project();
    region.put('g0002', region.viewOf(contested().slice(0, 2)));

    const projected = await region.project({ generations: both });

    expect(projected).toMatchObject({ rowsReplaced: 1, alerts: [] });
    expect(region.alerts()).toHaveLength(1);
    expectSettled(region, { generations: both });
  });

  it('withdraws a case that only the row of a generation being built remembers', async () => {
    const entries = shippedBeforePaid();
    const region = createStreamRegion(entries);
    region.put('g0001', region.viewOf(entries.slice(0, 1)));
    region.put('g0002', region.viewOf(entries.slice(0, 2)));

    await region.project({ generations: both });

    expect(region.alerts()).toMatchObject([{ type: 'CaseWithdrawn', caseId: (entries[1] as Entry).id }]);
    expectSettled(region, { generations: both });
  });

  it('says that there is nothing where the region holds no readable entry, and touches no row', async () => {
    const damaged = [{ position: 'us-east-1/0000000001', reason: 'not JSON' }];
    const region = createStreamRegion([], { damaged });

    expect(await region.project()).toEqual({ kind: 'empty', damaged });
    expect(region.deeds()).toEqual([]);
  });

  it('folds again when the row has seen what its own reading had not', async () => {
    const [opening, payment, packing, shipment, cancellation] = contested() as [Entry, Entry, Entry, Entry, Entry];
    const region = createStreamRegion([opening, payment, packing, shipment]);
    region.beforeStep('get', async () => {
      await new Promise(setImmediate);
      region.put('g0001', region.viewOf([opening, payment, cancellation]));
      region.hold([cancellation]);
    });

    expect(await region.project()).toMatchObject({ refolds: 1 });
    expectSettled(region);
  });

  it('throws what a port throws', async () => {
    for (const step of ['load', 'get g0001', 'replace g0001', 'publish ConflictNeedsReview']) {
      const region = createStreamRegion(contested());
      region.failing.add(step);
      await expect(region.project()).rejects.toThrow(`no answer to ${step}`);
    }
  });
});

describe('a ledger that lacks what a row has seen', () => {
  const robbed = async () => {
    const region = createStreamRegion(contested());
    await region.project({ generations: both });
    region.lose(contested().at(-1) as Entry);
    return region;
  };

  it('is a fault that no other try mends, found at once', async () => {
    const region = await robbed();
    const before = region.steps().length;

    await expect(region.project()).rejects.toMatchObject({ code: 'ledger-behind', retryable: false });

    expect(region.steps().slice(before).map(kindOf)).toEqual(['load', 'get', 'load', 'get']);
  });

  it('is one too where only the row of a generation being built has seen it', async () => {
    const region = await robbed();
    region.put('g0001', region.viewOf(contested().slice(0, 4)));

    await expect(region.project({ generations: both })).rejects.toMatchObject({ code: 'ledger-behind' });
  });

  it('is one too where it has grown elsewhere, and where nothing is left of it', async () => {
    for (const left of [contestedAndTagged().slice(-1), undefined]) {
      const region = await robbed();
      if (left) region.hold(left);
      else for (const entry of contested()) region.lose(entry);
      await expect(region.project()).rejects.toMatchObject({ code: 'ledger-behind' });
    }
  });

  it('leaves the row as it is and says nothing, and all is well once it is repaired', async () => {
    const region = await robbed();
    const [row, said, deeds] = [region.row('g0001'), region.alerts().length, region.deeds().length];

    await expect(region.project()).rejects.toThrow('run rejoin repair');

    expect(region.row('g0001')).toBe(row);
    expect(region.alerts()).toHaveLength(said);
    expect(region.deeds()).toHaveLength(deeds);
    region.hold(contestedAndTagged());
    await region.project({ generations: both });
    expectSettled(region, { generations: both });
  });

  it('is none as long as it grows between one look and the next', async () => {
    const entries = contestedAndTagged();
    const region = createStreamRegion(entries.slice(0, 1));
    for (const generation of both) region.put(generation, region.viewOf(entries));
    region.beforeEveryStep('load', (times) => region.hold(entries.slice(0, times)));

    await expect(region.project()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(await region.project()).toMatchObject({ kind: 'projected', rowsReplaced: 0 });
  });
});

describe('a row of newer code', () => {
  it('is left alone when it lacks something, and a newer deployment is asked for', async () => {
    const region = createStreamRegion(contested().slice(0, 3));
    await region.project({ version: v2 });
    const row = region.row('g0001');
    region.hold(contested());

    await expect(region.project()).rejects.toMatchObject({ code: 'outdated', retryable: true });

    expect(region.row('g0001')).toBe(row);
    expect(region.alerts()).toEqual([]);
  });

  it('stands when it has seen as much or more, though older code would say otherwise', async () => {
    const region = createStreamRegion(contested());
    await region.project({ version: v2 });
    const row = region.row('g0001');
    const said = region.alerts().length;

    expect(await region.project({ version: v1 })).toMatchObject({ rowsReplaced: 0, alerts: [] });
    region.hold(contestedAndTagged());
    await region.project({ version: v2 });
    region.lose(contestedAndTagged().at(-1) as Entry);
    expect(await region.project({ version: v1 })).toMatchObject({ rowsReplaced: 0, alerts: [] });

    expect(row?.version).toBe(v2);
    expect(region.row('g0001')).toEqual(region.viewOf(contestedAndTagged(), v2));
    expect(region.alerts()).toHaveLength(said);
  });

  it('has the word on cases, too: older code does not say what it sees otherwise', async () => {
    const region = createStreamRegion(contested());
    const withoutCase = { ...region.viewOf(contested().slice(0, 4), v2), cut: region.viewOf(contested()).cut };
    region.put('g0001', withoutCase);

    expect(await region.project({ version: v1 })).toMatchObject({ rowsReplaced: 0, alerts: [] });

    expect(region.alerts()).toEqual([]);
    expect(region.row('g0001')).toBe(withoutCase);
  });

  it('keeps older code from writing beside it, too', async () => {
    const region = createStreamRegion(contested());
    await region.project({ version: v2 });

    await expect(region.project({ version: v1, generations: both })).rejects.toMatchObject({ code: 'outdated' });

    expect(region.row('g0001')?.version).toBe(v2);
    expect(region.row('g0002')).toBeUndefined();
  });

  it('takes the place of the same entries folded by older code, and says only what it sees otherwise', async () => {
    const region = createStreamRegion(contested());
    await region.project();

    expect(await region.project({ version: v2 })).toMatchObject({ rowsReplaced: 1, alerts: [] });

    expectSettled(region, { version: v2 });
  });

  it('takes the place of one of older code that had not seen the case, and says so in its own name', async () => {
    const region = createStreamRegion(contested().slice(0, 4));
    await region.project();
    region.hold(contested());

    await region.project({ version: v2 });

    expect(region.alerts()).toMatchObject([{ stream, type: 'ConflictNeedsReview', version: v2 }]);
    expectSettled(region, { version: v2 });
  });
});
