/**
 * Which region fetches the person for a case: the one that accepted its entry, or another where that one is silent.
 *
 * No region asks another. Each goes by what it hears itself, so in a partition two may fetch a person for one case; the
 * ledger takes both decisions, and the fold makes one outcome of them. Pure.
 */
import type { RegionState } from '../write-plan/region-state.ts';

export interface ElectionInput {
  readonly region: string;
  readonly acceptedIn: string;
  /** Of the table, this one among them. */
  readonly regions: readonly string[];
  readonly silent: ReadonlySet<string>;
}

/** Among regions that all hear each other, exactly one is elected. */
export const isElected = ({ region, acceptedIn, regions, silent }: ElectionInput): boolean => {
  const isHeard = (name: string): boolean => name === region || (regions.includes(name) && !silent.has(name));
  const elected = isHeard(acceptedIn) ? acceptedIn : regions.filter(isHeard).sort()[0];
  return elected === region;
};

/** How long a region has to be silent before another does its work. */
export const silenceMsDefault = 10 * 60_000;

/**
 * Counted up to this region's own newest beat: an agent that has stopped hears nobody, which says nothing of the others.
 * Where there is no agent, nobody is known to be silent.
 */
export const silentRegions = (
  state: Pick<RegionState, 'links' | 'writtenAtMs'> | undefined,
  silenceMs: number,
): ReadonlySet<string> =>
  new Set(
    Object.entries(state?.links ?? {}).flatMap(([peer, { heardAtMs }]) =>
      state && state.writtenAtMs - heardAtMs >= silenceMs ? [peer] : [],
    ),
  );
