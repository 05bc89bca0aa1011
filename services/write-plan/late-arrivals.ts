/**
 * When a backlog was last seen to come in: a document in `control` that the projector writes and the agent's breaker reads.
 *
 * The time is this region's clock's, and may lie a little ahead of it: whoever writes at most every few seconds says so
 * for as long as he will not write again. What cannot be read counts as not there, and may be replaced like anything else.
 */
import * as z from 'zod';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { writePlanKind } from './region-document.ts';

export interface LateArrivals {
  /** Undefined where none was noted. Throws LedgerFault. */
  readonly read: () => Promise<number | undefined>;
  /** Whoever was first has said as much: a lost race is none of ours. Throws LedgerFault. */
  readonly note: (atMs: number) => Promise<void>;
}

const lateArrivalName = 'late-arrival';

export const createLateArrivals = (controlStore: Pick<ControlStore, 'get' | 'put'>): LateArrivals => {
  const readDocument = () => controlStore.get<unknown>(writePlanKind, lateArrivalName);
  return {
    read: async () => noteSchema.safeParse((await readDocument())?.value).data?.atMs,
    note: async (atMs) => {
      const standing = await readDocument();
      await controlStore.put(writePlanKind, lateArrivalName, { atMs }, standing?.revision ?? 0);
    },
  };
};

const noteSchema = z.object({ atMs: z.number() });
