/**
 * The document in `control` by which a region's agent, enactors and API agree on plan and breaker.
 *
 * Whoever reads it may find anything: what cannot be read counts as not there, and may be replaced like anything else.
 */
import * as z from 'zod';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { RegionState } from '../../domain/write-plan/region-state.ts';

export interface RegionDocument {
  /** Throws LedgerFault. */
  readonly read: () => Promise<StoredRegionState>;
  /** False if somebody else has written since `revision`. Throws LedgerFault. */
  readonly replace: (state: RegionState, revision: number) => Promise<boolean>;
}

export interface StoredRegionState {
  /** Undefined where there is none, or none that can be read. */
  readonly state: RegionState | undefined;
  /** 0 where there is none. */
  readonly revision: number;
}

export const writePlanKind = 'write-plan';
const regionDocumentName = 'region';

export const createRegionDocument = (controlStore: Pick<ControlStore, 'get' | 'put'>): RegionDocument => ({
  read: async () => {
    const document = await controlStore.get<unknown>(writePlanKind, regionDocumentName);
    return { state: stateSchema.safeParse(document?.value).data, revision: document?.revision ?? 0 };
  },
  replace: (state, revision) => controlStore.put(writePlanKind, regionDocumentName, withoutUndefined(state), revision),
});

/** JSON knows no undefined, and canonical JSON says so. */
const withoutUndefined = (state: RegionState): unknown => JSON.parse(JSON.stringify(state));

const ms = z.number();
const count = z.int().min(0);
const name = z.string().min(1);

export const planSchema = z
  .object({
    primary: name,
    regions: z.array(name).min(1),
    epoch: count,
    entryId: z.string(),
    withoutWitness: z.boolean().optional(),
  })
  .refine(({ primary, regions }) => regions.includes(primary));

const openings = z.array(ms);
const watchSchema = z.object({ epoch: count, counter: count, stillMs: ms, lookedAtMs: ms });

const stateSchema: z.ZodType<RegionState> = z.object({
  agent: z.string(),
  plan: planSchema,
  enactedAtMs: ms.optional(),
  breaker: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('closed'), openings }),
    z.object({ kind: z.literal('open'), openings }),
    z.object({ kind: z.literal('half-open'), sinceMs: ms, openings }),
  ]),
  links: z.record(
    z.string(),
    z.object({ lagMs: ms.optional(), counter: count, heardAtMs: ms, skewMs: ms, hasSickLink: z.boolean() }),
  ),
  lease: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('none'), watch: watchSchema.optional() }),
      z.object({ kind: z.literal('inherited'), epoch: count, waitedMs: ms, lookedAtMs: ms }),
      z.object({ kind: z.literal('held'), epoch: count, untilMs: ms.optional() }),
    ])
    .optional(),
  counter: count,
  writtenAtMs: ms,
});
