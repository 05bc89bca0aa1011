/**
 * What a region knows of the others, as far as a review asks: who has been silent for long, and whether their backlog is in.
 *
 * Its agent writes that down once a beat. Where there is no write plan there is no agent: then nobody counts as silent,
 * and nothing as missing.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import { silentRegions } from '../../domain/review/elect-region.ts';
import { gateAgeMsMax } from '../../domain/write-plan/admission.ts';
import type { RegionDocument } from '../write-plan/region-document.ts';

export interface RegionWatch {
  /** Throws LedgerFault. */
  readonly look: () => Promise<Surroundings>;
}

export interface Surroundings {
  readonly silent: ReadonlySet<string>;
  readonly isDrained: boolean;
}

export interface RegionWatchDeps {
  /** Undefined without a write plan. */
  readonly regionDocument: Pick<RegionDocument, 'read'> | undefined;
  readonly clock: Clock;
  readonly silenceMs: number;
}

export const createRegionWatch = ({ regionDocument, clock, silenceMs }: RegionWatchDeps): RegionWatch => ({
  look: async () => {
    if (!regionDocument) return { silent: new Set(), isDrained: true };
    const { state } = await regionDocument.read();
    // Whom nobody watches any more may be sick.
    const isWatched = state !== undefined && clock.nowMs() - state.writtenAtMs <= gateAgeMsMax;
    return { silent: silentRegions(state, silenceMs), isDrained: isWatched && state.breaker.kind === 'closed' };
  },
});
