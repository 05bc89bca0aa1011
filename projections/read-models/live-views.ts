/**
 * The views as everybody reads them: those of the live generation, whichever that is.
 *
 * Its name is kept for a moment, so that a page costs no second read. A reader that still has the old name after a switch
 * reads the old rows, which stay until somebody cleans them; whoever does must wait longer than `liveNameMsMax`.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { OpenViews, ViewStore } from '../../domain/ports/view-store.ts';
import type { GenerationStore } from '../generations/generation-store.ts';
import { liveGeneration } from '../generations/generations.ts';

/** All throw LedgerFault. */
export interface LiveViews<Row> extends Pick<ViewStore<Row>, 'get' | 'list' | 'totals'> {
  /** The name of the generation that is read. */
  generation(): Promise<string>;
}

export interface LiveViewsDeps<Row> {
  readonly generations: Pick<GenerationStore, 'read'>;
  readonly openViews: OpenViews<Row>;
  readonly clock: Clock;
}

/** How long after a switch the old rows may still be read. */
export const liveNameMsMax = 1_000;

export const createLiveViews = <Row>({ generations, openViews, clock }: LiveViewsDeps<Row>): LiveViews<Row> => {
  let known: { readonly name: Promise<string>; readonly askedAtMs: number } | undefined;

  const generation = (): Promise<string> => {
    const nowMs = clock.nowMs();
    const ageMs = known ? nowMs - known.askedAtMs : undefined;
    if (known && ageMs !== undefined && ageMs >= 0 && ageMs < liveNameMsMax) return known.name;
    const asked = { name: readName(), askedAtMs: nowMs };
    known = asked;
    // A failure is for those who waited for it, and not for those who come later.
    asked.name.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked.name;
  };

  const readName = async (): Promise<string> => liveGeneration(await generations.read()).name;
  const live = async (): Promise<ViewStore<Row>> => openViews(await generation());

  return {
    generation,
    get: async (stream) => (await live()).get(stream),
    list: async (query) => (await live()).list(query),
    totals: async (tenant) => (await live()).totals(tenant),
  };
};
