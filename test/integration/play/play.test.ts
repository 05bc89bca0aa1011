import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OlistFolderError } from '../../../infra/world/play/olist-files.ts';
import { type PlayProgress, playHistories } from '../../../infra/world/play/play.ts';
import type { Report } from '../../../infra/world/play/report.ts';
import { reportToText } from '../../../infra/world/play/report-text.ts';
import type { EngineName, World } from '../../../infra/world/world-types.ts';
import { useWorlds } from '../../support/use-worlds.ts';

const excerpt = fileURLToPath(new URL('../../../infra/world/data/olist-1000/', import.meta.url));
const faultsOn: Readonly<Record<EngineName, unknown[]>> = { 'dynamodb-local': [], 'in-memory': [] };
const worldOf = useWorlds({
  'dynamodb-local': { engine: 'dynamodb-local', onFault: (fault) => faultsOn['dynamodb-local'].push(fault) },
  'in-memory': { engine: 'in-memory', onFault: (fault) => faultsOn['in-memory'].push(fault) },
  empty: { engine: 'in-memory' },
});

describe.each<{ engine: EngineName; ordersMax: number }>([
  { engine: 'dynamodb-local', ordersMax: 60 },
  { engine: 'in-memory', ordersMax: 300 },
])('playing $ordersMax orders into a world of $engine', ({ engine, ordersMax }) => {
  let world: World;
  let report: Report;
  const progress: PlayProgress[] = [];

  beforeAll(async () => {
    world = worldOf(engine);
    report = await playHistories({ world, ordersMax, seed: 3, onProgress: (it) => progress.push(it) });
  }, 200_000);

  it('loses nothing, and nothing appears that nobody sent', () => {
    expect(report.ledger).toMatchObject({ entriesLost: 0, entriesUnsent: 0, isDrained: true });
  });

  it('ends with equal views and equal folds in both regions', () => {
    expect(report.ledger).toMatchObject({ viewsEqual: true, foldsEqual: true, viewRows: ordersMax });
  });

  it('keeps real and added entries apart, and all of them in the regions', async () => {
    const { real, added, replayed } = report.entries;
    expect(added).toBeGreaterThan(0);
    expect(replayed).toBeLessThan(added);
    const perRegion = Object.values(report.ledger.entriesPerRegion).reduce((total, entries) => total + entries, 0);
    expect(perRegion).toBe(real + added);
    for (const region of world.regions) expect(await region.countEntries()).toBe(perRegion);
  });

  it('loses acknowledged updates of the same traffic under last writer wins', () => {
    expect(report.lastWriterWins.updatesLost).toBeGreaterThan(0);
    expect(report.lastWriterWins.wrongStatus).toBeGreaterThan(0);
    expect(report.lastWriterWins.rowsEqual).toBe(true);
  });

  it('accounts for every case', () => {
    const { opened, withdrawn, open, openByReason } = report.ledger.cases;
    expect(opened).toBe(withdrawn + open);
    expect(withdrawn).toBeGreaterThan(0);
    expect(Object.values(openByReason).reduce((total, cases) => total + cases, 0)).toBe(open);
  });

  it('tells orders that last writer wins got wrong, each step with both answers', () => {
    expect(report.stories.length).toBeGreaterThan(0);
    for (const { steps } of report.stories) {
      expect(steps.some(({ isDuringPartition }) => isDuringPartition)).toBe(true);
      expect(steps.every(({ ledger, table }) => ledger !== 'not sent' && table !== 'not sent')).toBe(true);
    }
    expect(reportToText(report)).toContain('Rejoin lost 0 entries');
  });

  it('says how far it is, up to the end', () => {
    const done = progress.map((it) => it.done);
    expect(done).toEqual(done.toSorted((left, right) => left - right));
    expect(progress.at(-1)).toMatchObject({ done: progress[0]?.total, total: progress[0]?.total });
  });

  it('leaves the world healed and without a fault of its own', () => {
    expect(world.faults()).toEqual([]);
    expect(faultsOn[engine]).toEqual([]);
  });
});

describe('what cannot be played', () => {
  let world: World;
  let folder: string;
  beforeAll(async () => {
    world = worldOf('empty');
    folder = await mkdtemp(join(tmpdir(), 'olist-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is refused before anything is written', async () => {
    await expect(playHistories({ world, dataDir: join(folder, 'nowhere') })).rejects.toThrow(OlistFolderError);
    for (const region of world.regions) expect(await region.countEntries()).toBe(0);
  });

  it('costs only its own rows: orders alone, one of them broken, play without items, payments and customers', async () => {
    const file = 'olist_orders_dataset.csv';
    await cp(join(excerpt, file), join(folder, file));
    const [header = '', ...rows] = (await readFile(join(folder, file), 'utf8')).trim().split('\n').slice(0, 41);
    await writeFile(join(folder, file), [header, 'broken,c1,delivered,yesterday,,,,', ...rows].join('\n'));
    const report = await playHistories({ world, dataDir: folder });
    expect(report.histories).toMatchObject({ orders: 40, refusedRows: [{ file, reason: 'malformed time', rows: 1 }] });
    expect(report.ledger).toMatchObject({ entriesLost: 0, viewsEqual: true });
    expect(Object.values(report.ledger.entriesPerRegion).every((entries) => entries > 0)).toBe(true);
  });
});
