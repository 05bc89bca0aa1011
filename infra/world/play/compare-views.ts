/**
 * Whether the regions' views say the same: rows and cuts, as canonical JSON, byte for byte.
 *
 * Only a digest a row is kept, so that any number of orders can be compared.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../domain/ledger/entry-hash.ts';
import type { Region } from '../world-types.ts';

export interface ViewComparison {
  readonly equal: boolean;
  readonly rows: number;
  /** Streams whose rows differ, or that some region has no row of. */
  readonly different: readonly string[];
}

export const compareViews = async (regions: readonly Region[]): Promise<ViewComparison> => {
  const digests = await Promise.all(regions.map(digestViews));
  const streams = new Set(digests.flatMap((byStream) => [...byStream.keys()]));
  const different = [...streams].filter((stream) => new Set(digests.map((byStream) => byStream.get(stream))).size > 1);
  return { equal: different.length === 0, rows: streams.size, different: different.sort() };
};

const digestViews = async (region: Region): Promise<ReadonlyMap<string, string>> => {
  const digests = new Map<string, string>();
  for await (const { stream, cut, row } of region.views())
    digests.set(stream, createHash('sha256').update(canonicalJson({ cut, row })).digest('base64'));
  return digests;
};
