/** Which region fetches the person: one where they hear each other, and never none. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isElected, silenceMsDefault, silentRegions } from '../../../domain/review/elect-region.ts';
import type { LinkReading } from '../../../domain/write-plan/region-state.ts';

const names = ['ap-south-1', 'eu-west-1', 'sa-east-1', 'us-east-1'] as const;

describe('the election of a region', () => {
  const table = fc.subarray([...names], { minLength: 1 });
  /** Perhaps one that the table has no more. */
  const acceptedIn = fc.constantFrom(...names, 'us-west-2');

  /** `heard`: those of a group hear each other, and nobody else. */
  const elected = (regions: readonly string[], heard: readonly string[], accepted: string): readonly string[] => {
    const silent = new Set([...regions, accepted].filter((name) => !heard.includes(name)));
    return heard.filter((region) => isElected({ region, acceptedIn: accepted, regions, silent }));
  };

  it('has exactly one winner among regions that hear each other and nobody else', () => {
    fc.assert(
      fc.property(table, fc.infiniteStream(fc.boolean()), acceptedIn, (regions, picks, accepted) => {
        const group = regions.filter(() => picks.next().value === true);
        fc.pre(group.length > 0);
        expect(elected(regions, group, accepted)).toHaveLength(1);
      }),
    );
  });

  it('is won by the accepting region wherever that is heard, in whatever order the regions are listed', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...names], { minLength: 1 }), acceptedIn, (regions, accepted) => {
        const winner = regions.some((name) => name === accepted) ? accepted : [...regions].sort()[0];
        expect(elected(regions, regions, accepted)).toEqual([winner]);
      }),
    );
  });

  it('is won by a region that hears nobody', () => {
    fc.assert(
      fc.property(table, acceptedIn, (regions, accepted) => {
        for (const region of regions) expect(elected(regions, [region], accepted)).toEqual([region]);
      }),
    );
  });

  it('is won on both sides of a partition: the ledger makes one outcome of two decisions', () => {
    expect(elected(names, ['eu-west-1', 'us-east-1'], 'us-east-1')).toEqual(['us-east-1']);
    expect(elected(names, ['sa-east-1', 'ap-south-1'], 'us-east-1')).toEqual(['ap-south-1']);
  });

  it('never has no winner, whoever hears whom', () => {
    const hears = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(table, hears, acceptedIn, (regions, heard, accepted) => {
        const winners = regions.filter((region) => {
          const silent = new Set([...regions, accepted].filter((it) => it !== region && heard.next().value !== true));
          return isElected({ region, acceptedIn: accepted, regions, silent });
        });
        const isUp = regions.some((name) => name === accepted);
        if (isUp) expect(winners).toContain(accepted);
      }),
    );
  });

  it('is never left to a region that the table has no more', () => {
    const input = { acceptedIn: 'us-west-2', regions: names, silent: new Set<string>() };
    expect(names.filter((region) => isElected({ ...input, region }))).toEqual(['ap-south-1']);
  });
});

describe('silence', () => {
  const writtenAtMs = Date.UTC(2026, 0, 1);
  const link = (heardAtMs: number): LinkReading => ({ counter: 7, heardAtMs, skewMs: 0, hasSickLink: false });

  it('begins when a region was not heard for ten minutes, counted up to the own newest beat', () => {
    const links = {
      'us-east-1': link(writtenAtMs - silenceMsDefault),
      'eu-west-1': link(writtenAtMs - silenceMsDefault + 1),
    };
    expect(silentRegions({ links, writtenAtMs }, silenceMsDefault)).toEqual(new Set(['us-east-1']));
  });

  it('is nobody’s where there is no agent, or nobody was ever heard', () => {
    expect(silentRegions(undefined, silenceMsDefault)).toEqual(new Set());
    expect(silentRegions({ links: {}, writtenAtMs }, silenceMsDefault)).toEqual(new Set());
  });
});
