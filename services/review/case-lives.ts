/**
 * The lives of this region's cases in `control`: one document a case, under the tenant whose order it is about, so that
 * a tenant's cases can be listed, newest first. Beside them one document a tenant that ever had a case, and one a case that
 * is not over: the sweeper's way to all of them.
 */
import * as z from 'zod';
import { parseOrderStream } from '../../domain/ledger/stream-name.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { type CaseLife, caseLifeStates, isOver } from '../../domain/review/case-life.ts';

export interface CaseRef {
  readonly stream: string;
  readonly caseId: string;
}

/** All throw LedgerFault. */
export interface CaseLives {
  readonly read: (ref: CaseRef) => Promise<StoredCaseLife>;
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
  /** Newest case first: those below `before`. */
  readonly page: (tenant: string, options: LivesPageOptions) => Promise<LivesPage>;
}

export interface LivesPage {
  readonly lives: readonly CaseLife[];
  /** `before` of the next page; undefined on the last. */
  readonly next: string | undefined;
}

export interface LivesPageOptions {
  readonly limit: number;
  readonly before?: string | undefined;
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
  const get = async (tenant: string, caseId: string): Promise<StoredCaseLife> => {
    const document = await controlStore.get<unknown>(kindOf(tenant), caseId);
    return { life: lifeSchema.safeParse(document?.value).data, revision: document?.revision ?? 0 };
  };
  /** First, so that no case is forgotten. */
  const noteTenant = async (tenant: string): Promise<void> => {
    await controlStore.put(tenantsKind, tenant, {}, 0);
  };
  const noteUnfinished = async ({ stream, caseId }: CaseRef): Promise<void> => {
    await controlStore.put(unfinishedKindOf(tenantOfCase(stream)), caseId, { stream }, 0);
  };
  return {
    read: async ({ stream, caseId }) => {
      const stored = await get(tenantOfCase(stream), caseId);
      const isTaken = stored.life !== undefined && stored.life.stream !== stream;
      return isTaken ? { ...stored, life: undefined, isTaken } : stored;
    },
    find: async (tenant, caseId) => (await get(tenant, caseId)).life,
    replace: async (life, revision) => {
      const tenant = tenantOfCase(life.stream);
      if (revision === 0) await noteTenant(tenant);
      if (!isOver(life) && (revision === 0 || life.state === 'reopened')) await noteUnfinished(life);
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
    page: async (tenant, options) => {
      const documents = await controlStore.page<unknown>(kindOf(tenant), options);
      return {
        lives: documents.flatMap(({ value }) => lifeSchema.safeParse(value).data ?? []),
        next: documents.length < options.limit ? undefined : documents.at(-1)?.name,
      };
    },
  };
};

const tenantsKind = 'case-tenants';
const kindOf = (tenant: string): string => `case/${tenant}`;
const unfinishedKindOf = (tenant: string): string => `unfinished-case/${tenant}`;

const tenantOfCase = (stream: string): string => parseOrderStream(stream)?.tenant ?? '';

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
