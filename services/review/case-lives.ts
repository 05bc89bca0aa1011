/**
 * The lives of this region's cases in `control`: one document a case, under the tenant whose order it is about. Beside
 * them one document a tenant that ever had a case, and one a case that is not over: the sweeper's way to all of them.
 *
 * A case that was ever settled or withdrawn has a document for that, too, so that those can be listed without reading the
 * thousands that still wait. It is written before the life and never removed: what a life says decides.
 */
import * as z from 'zod';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { ControlDocument, ControlStore } from '../../domain/ports/control-store.ts';
import type { ListSort } from '../../domain/ports/view-store.ts';
import { type CaseLife, caseLifeStates, isOver, type OverState } from '../../domain/review/case-life.ts';

export interface CaseRef {
  readonly stream: string;
  readonly caseId: string;
}

/** All throw LedgerFault. */
export interface CaseLives {
  readonly read: (ref: CaseRef) => Promise<StoredCaseLife>;
  /** Of one tenant, in few requests; answers in the same order. */
  readonly readAll: (tenant: string, refs: readonly CaseRef[]) => Promise<readonly StoredCaseLife[]>;
  /** By the case alone, for whoever was given no more. */
  readonly find: (tenant: string, caseId: string) => Promise<CaseLife | undefined>;
  /** False if somebody else has written since `revision`. */
  readonly replace: (life: CaseLife, revision: number) => Promise<boolean>;
  /** Every tenant that ever had a case here. */
  readonly tenants: () => AsyncIterable<string>;
  /** Every case whose life may not be over, also where the views show nothing to decide any more. */
  readonly unfinished: (tenant: string) => AsyncIterable<CaseRef>;
  readonly noteUnfinished: (ref: CaseRef) => Promise<void>;
  /** Its life is over. */
  readonly noteFinished: (ref: CaseRef) => Promise<void>;
  /** Those in this state, by the age of the case. A page may be short, and still not be the last. */
  readonly pageOfOver: (tenant: string, state: OverState, options: LivesPageOptions) => Promise<LivesPage>;
}

export interface LivesPage {
  readonly lives: readonly CaseLife[];
  /** `after` of the next page; undefined on the last. */
  readonly next: string | undefined;
}

export interface LivesPageOptions {
  readonly limit: number;
  readonly sort: ListSort;
  /** From an earlier page of the same direction. */
  readonly after?: string | undefined;
}

export interface StoredCaseLife {
  /** Undefined where there is none, or none that can be read. */
  readonly life: CaseLife | undefined;
  /** 0 where there is none. */
  readonly revision: number;
  /** Another order has a case of this id: one of the two was forged, and the first keeps it. */
  readonly isTaken?: boolean;
}

export const createCaseLives = (controlStore: ControlStore): CaseLives => {
  const get = async (tenant: string, caseId: string): Promise<StoredCaseLife> =>
    readLife(await controlStore.get<unknown>(kindOf(tenant), caseId));
  const getAll = async (tenant: string, caseIds: readonly string[]): Promise<ReadonlyMap<string, StoredCaseLife>> => {
    const documents = await controlStore.getAll<unknown>(kindOf(tenant), caseIds);
    return new Map(documents.map((document) => [document.name, readLife(document)]));
  };
  /** First, so that no case is forgotten. */
  const noteTenant = async (tenant: string): Promise<void> => {
    await controlStore.put(tenantsKind, tenant, {}, 0);
  };
  const noteUnfinished = async ({ stream, caseId }: CaseRef): Promise<void> => {
    await controlStore.put(unfinishedKindOf(tenantOfCase(stream)), caseId, { stream }, 0);
  };
  const noteOver = async ({ stream, caseId }: CaseRef, state: OverState): Promise<void> => {
    await controlStore.put(overKindOf(tenantOfCase(stream), state), caseId, {}, 0);
  };
  return {
    read: async (ref) => ofStream(await get(tenantOfCase(ref.stream), ref.caseId), ref),
    readAll: async (tenant, refs) => {
      const caseIds = refs.map(({ caseId }) => caseId);
      const stored = await getAll(tenant, caseIds);
      return refs.map((ref) => ofStream(stored.get(ref.caseId) ?? readLife(undefined), ref));
    },
    find: async (tenant, caseId) => (await get(tenant, caseId)).life,
    replace: async (life, revision) => {
      const tenant = tenantOfCase(life.stream);
      if (revision === 0) await noteTenant(tenant);
      if (isOver(life)) await noteOver(life, life.state);
      else if (revision === 0 || life.state === 'reopened') await noteUnfinished(life);
      return controlStore.put(kindOf(tenant), life.caseId, withoutUndefined(life), revision);
    },
    tenants: async function* () {
      for await (const { name } of controlStore.list(tenantsKind)) yield name;
    },
    unfinished: async function* (tenant) {
      for await (const { name, value } of controlStore.list<{ readonly stream: string }>(unfinishedKindOf(tenant)))
        yield { stream: value.stream, caseId: name };
    },
    noteUnfinished,
    // Nobody writes a note over, so it is always the first.
    noteFinished: async ({ stream, caseId }) => {
      await controlStore.remove(unfinishedKindOf(tenantOfCase(stream)), caseId, 1);
    },
    pageOfOver: async (tenant, state, { limit, sort, after }) => {
      const first = sort === 'oldest' ? 'smallest' : 'largest';
      const notes = await controlStore.page<unknown>(overKindOf(tenant, state), { limit, first, after });
      const caseIds = notes.map(({ name }) => name);
      const stored = await getAll(tenant, caseIds);
      const lives = caseIds.flatMap((caseId) => stored.get(caseId)?.life ?? []);
      return {
        lives: lives.filter((life) => life.state === state),
        next: notes.length < limit ? undefined : caseIds.at(-1),
      };
    },
  };
};

const tenantsKind = 'case-tenants';
const kindOf = (tenant: string): string => `case/${tenant}`;
const overKindOf = (tenant: string, state: OverState): string => `${state}-case/${tenant}`;
const unfinishedKindOf = (tenant: string): string => `unfinished-case/${tenant}`;

const tenantOfCase = (stream: string): string => parseOrderStream(stream)?.tenant ?? '';

const readLife = (document: ControlDocument<unknown> | undefined): StoredCaseLife => ({
  life: lifeSchema.safeParse(document?.value).data,
  revision: document?.revision ?? 0,
});

const ofStream = (stored: StoredCaseLife, { stream }: CaseRef): StoredCaseLife => {
  const isTaken = stored.life !== undefined && stored.life.stream !== stream;
  return isTaken ? { ...stored, life: undefined, isTaken } : stored;
};

/** JSON knows no undefined, and canonical JSON says so. */
const withoutUndefined = (life: CaseLife): unknown => JSON.parse(JSON.stringify(life));

/** What a ULID can say, as in an entry: a time that is none would not print. */
const ms = z.number().min(0).max(281_474_976_710_655);
const count = z.int().min(0);
const text = z.string().min(1);

const lifeSchema: z.ZodType<CaseLife> = z.object({
  caseId: text,
  stream: text,
  position: text,
  acceptedIn: text,
  state: z.enum(caseLifeStates),
  sinceMs: ms,
  foundAtMs: ms,
  workflow: count,
  startedAtMs: ms.optional(),
  lookAtMs: ms.optional(),
  task: z.object({ token: text, askedAtMs: ms }).optional(),
  escalations: count,
  settledBy: text.optional(),
});
