/**
 * What a region enacted, and when by its own clock: a record a plan, for the people who look back.
 *
 * A record is no plan. The plan that holds stands whole in the region's document, and every plan that was ever written
 * stands in the ledger, so whatever becomes of a record, nobody decides otherwise for it.
 */
import * as z from 'zod';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { WritePlan } from '../../domain/write-plan/write-plan.ts';
import { planSchema } from './region-document.ts';

export interface EnactedPlan {
  readonly plan: WritePlan;
  /** As the region's document has it. */
  readonly enactedAtMs: number;
}

export interface EnactedPlans {
  /** Never throws: what was enacted is enacted. */
  readonly note: (enacted: EnactedPlan) => Promise<void>;
  /** Those that can be read, in order of epoch and id. Throws LedgerFault. */
  readonly list: () => Promise<readonly EnactedPlan[]>;
}

export interface EnactedPlansDeps {
  readonly controlStore: Pick<ControlStore, 'get' | 'put' | 'list'>;
  readonly onFault: (fault: unknown) => void;
}

export const enactedPlansKind = 'enacted-plans';

/** Sorts as plans do. */
export const enactedPlanName = ({ epoch, entryId }: Pick<WritePlan, 'epoch' | 'entryId'>): string =>
  `${String(epoch).padStart(epochDigits, '0')}-${entryId}`;

export const createEnactedPlans = ({ controlStore, onFault }: EnactedPlansDeps): EnactedPlans => {
  /** A new revision also where a record stands: a clean-up that has read the old one then leaves it alone. */
  const put = async ({ plan, enactedAtMs }: EnactedPlan): Promise<boolean> => {
    const name = enactedPlanName(plan);
    const standing = await controlStore.get<unknown>(enactedPlansKind, name);
    const { primary, regions, epoch, entryId, withoutWitness } = plan;
    const said = { primary, regions, epoch, entryId, ...(withoutWitness && { withoutWitness }) };
    const record: EnactedPlan = { plan: said, enactedAtMs };
    return controlStore.put(enactedPlansKind, name, record, standing?.revision ?? 0);
  };

  return {
    note: async (enacted) => {
      try {
        for (let tries = 1; tries <= triesMax; tries++) if (await put(enacted)) return;
      } catch (fault) {
        onFault(fault);
      }
    },
    list: async () => {
      const records: EnactedPlan[] = [];
      for await (const { value } of controlStore.list<unknown>(enactedPlansKind)) {
        const { data } = recordSchema.safeParse(value);
        if (data) records.push(data);
      }
      return records;
    },
  };
};

/** Of the largest safe integer. */
const epochDigits = 16;

/** Whoever else puts it notes the same, or removes it once. */
const triesMax = 3;

const recordSchema: z.ZodType<EnactedPlan> = z.object({ plan: planSchema, enactedAtMs: z.number() });
