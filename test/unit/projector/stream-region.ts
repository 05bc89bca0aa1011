/**
 * One order in one region, as projectStream meets it. Every step at a port has a name and a number; it may be preceded by
 * what others do, may fail, and may be the last thing that its projector does. Every row is judged the moment it is
 * written: what it does not name as unsaid, somebody must have been told.
 */
import { expect } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { FoldedStream } from '../../../domain/fold/folded-stream.ts';
import { coversCut, cutToToken } from '../../../domain/ledger/cut.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { Alert, CaseAlert } from '../../../domain/ports/alert-bus.ts';
import { type DamagedItem, LedgerFault } from '../../../domain/ports/event-store.ts';
import type { StoredView } from '../../../domain/ports/view-store.ts';
import { type ProjectStreamDeps, projectStream } from '../../../projections/projector/project-stream.ts';
import {
  type CaseState,
  caseStatesOfRow,
  foldedToOrderView,
  type OrderView,
} from '../../../projections/views/order-view.ts';

export const stream = 'order/acme/1001';
export const [v1, v2] = ['0001.0001', '0001.0002'];

export type Generations = readonly [string, ...string[]];

/** Before or after one of its own steps, from 0. */
export interface Death {
  readonly step: number;
  readonly when: 'before' | 'after';
}

export interface Doorbell {
  readonly generations?: Generations;
  readonly version?: string;
  readonly death?: Death | undefined;
  /** Before each of its own steps. */
  readonly pause?: (name: string, step: number) => unknown;
}

export type StreamRegion = ReturnType<typeof createStreamRegion>;

export interface StreamRegionOptions {
  readonly damaged?: readonly DamagedItem[];
  readonly lifecycle?: Lifecycle;
}

export const createStreamRegion = (
  entries: readonly Entry[],
  { damaged = [], lifecycle = retail }: StreamRegionOptions = {},
) => {
  const ledger = new Map(entries.map((entry) => [entry.position, entry]));
  const rows = new Map<string, StoredView<OrderView>>();
  const alerts: CaseAlert[] = [];
  const wrongs: string[] = [];
  const steps: string[] = [];
  const failing = new Set<string>();
  const hooks = new Map<string, (times: number) => unknown>();
  const timesOf = new Map<string, number>();
  const foldOf = foldOnce(lifecycle);

  const take = async <Value>(name: string, act: () => Value, { death, pause }: Doorbell, step: number) => {
    if (death?.step === step && death.when === 'before') throw new Died(`before ${name}`);
    steps.push(name);
    const times = (timesOf.get(name) ?? 0) + 1;
    timesOf.set(name, times);
    await pause?.(name, step);
    await (hooks.get(name) ?? hooks.get(kindOf(name)))?.(times);
    if (failing.has(name) || failing.has(kindOf(name))) throw new LedgerFault('unavailable', `no answer to ${name}`);
    const value = act();
    if (death?.step === step && death.when === 'after') throw new Died(`after ${name}`);
    return value;
  };

  const put = (generation: string, view: StoredView<OrderView>): void => {
    rows.set(generation, view);
    for (const [id, state] of caseStatesOfRow(view.row)) {
      const isTold = alerts.some(({ caseId, type }) => caseId === id && type === typeOf[state]);
      if (!isTold && !view.unsaid?.includes(id))
        wrongs.push(`${generation} takes ${id} for said as ${state} at ${cutToToken(view.cut)}`);
    }
  };

  const depsOf = (doorbell: Doorbell): ProjectStreamDeps => {
    let taken = 0;
    const step = <Value>(name: string, act: () => Value) => take(name, act, doorbell, taken++);
    return {
      region: 'us-east-1',
      eventStore: { load: () => step('load', () => ({ entries: [...ledger.values()], damaged })) },
      openViews: (generation) => ({
        get: () => step(`get ${generation}`, () => rows.get(generation)),
        replace: ({ view, over }) =>
          step(`replace ${generation}`, () => {
            if (revisionOf(rows.get(generation)) !== revisionOf(over)) return 'lost';
            put(generation, view);
            return 'replaced';
          }),
      }),
      alertBus: {
        publish: (all) =>
          step(`publish ${all.map(({ type }) => type).join(' ')}`, () => void alerts.push(...all.filter(isOfCase))),
      },
      fold: foldOf,
      version: doorbell.version ?? v1,
      clock: { nowMs: () => 0 },
    };
  };

  return {
    project: async (doorbell: Doorbell = {}) =>
      projectStream(depsOf(doorbell), stream, doorbell.generations ?? ['g0001']),
    /** As the fold of these would be stored. */
    viewOf: (of: readonly Entry[], version = v1) => foldedToOrderView(foldOf(of), { version, foldedAtMs: 0 }),
    row: (generation: string) => rows.get(generation),
    /** As somebody else left it, who said what there was to say. */
    put: (generation: string, view: StoredView<OrderView>) => {
      rows.set(generation, view);
    },
    hold: (more: readonly Entry[]) => {
      for (const entry of more) ledger.set(entry.position, entry);
    },
    held: () => [...ledger.values()],
    lose: ({ position }: Entry) => ledger.delete(position),
    alerts: () => alerts,
    /** Rows that took for said what nobody had been told, when they were written. */
    wrongs: () => wrongs,
    steps: () => steps,
    /** What was done, without what was only read. */
    deeds: () => steps.filter((name) => !['load', 'get'].includes(kindOf(name))),
    failing,
    beforeEveryStep: (name: string, act: (times: number) => unknown) => hooks.set(name, act),
    /** Only the first time. */
    beforeStep: (name: string, act: () => unknown) =>
      hooks.set(name, async () => {
        hooks.delete(name);
        await act();
      }),
  };
};

/** What a process does that is no more: nobody catches it, and the doorbell rings again. */
export class Died extends Error {}

/**
 * Rings until somebody lives through it, as Lambda does; the first dies as told. No ring comes after one that succeeded.
 * The last word on every row and every case is then due.
 */
export const ringUntilHeard = async (region: StreamRegion, { death, ...doorbell }: Doorbell): Promise<void> => {
  if (await dies(region, { ...doorbell, death })) await region.project(doorbell);
};

/** Whether it died: it may not come to the step at which it should. */
export const dies = async (region: StreamRegion, doorbell: Doorbell): Promise<boolean> => {
  try {
    await region.project(doorbell);
    return false;
  } catch (error) {
    if (error instanceof Died) return true;
    throw error;
  }
};

/** Rows are right, nothing is unsaid, nobody waits for what is gone, and nobody lacks what there is to decide. */
export const expectSettled = (
  region: StreamRegion,
  { generations = ['g0001'], version = v1 }: Pick<Doorbell, 'generations' | 'version'> = {},
  label = '',
): void => {
  expect(region.wrongs(), label).toEqual([]);
  for (const name of generations) expect(region.row(name), label).toEqual(region.viewOf(region.held(), version));
  const row = region.row(generations[0]);
  const states = row ? caseStatesOfRow(row.row) : new Map<string, CaseState>();
  const said = lastWords(region.alerts());
  for (const [id, state] of states) expect(said.get(id)?.type, label).toBe(typeOf[state]);
  for (const [id, { type }] of said)
    if (!states.has(id)) expect(['CaseWithdrawn', 'CaseSettled'], label).toContain(type);
};

/** By case, to a consumer that drops the older: newer code counts first, then the cut. */
export const lastWords = (alerts: readonly CaseAlert[]): ReadonlyMap<string, CaseAlert> => {
  const last = new Map<string, CaseAlert>();
  for (const alert of alerts) {
    const before = last.get(alert.caseId);
    const isOlder =
      before &&
      (alert.version < before.version || (alert.version === before.version && !coversCut(alert.cut, before.cut)));
    if (!isOlder) last.set(alert.caseId, alert);
  }
  return last;
};

export const kindOf = (step: string): string => step.split(' ')[0] as string;

const typeOf: Readonly<Record<CaseState, CaseAlert['type']>> = {
  illegal: 'IllegalTransition',
  review: 'ConflictNeedsReview',
  settled: 'CaseSettled',
};

const isOfCase = (alert: Alert): alert is CaseAlert => 'cut' in alert;

const revisionOf = (view: StoredView<OrderView> | undefined): string | undefined =>
  view && `${view.version} ${cutToToken(view.cut)} ${view.unsaid === undefined ? '' : 'unsaid'}`;

/** The same entries come up thousands of times where every death is tried. */
const foldOnce = (lifecycle: Lifecycle): ((entries: readonly Entry[]) => FoldedStream) => {
  const folded = new Map<string, FoldedStream>();
  return (entries) => {
    const key = entries
      .map(({ position }) => position)
      .sort()
      .join();
    const known = folded.get(key) ?? fold(entries, lifecycle);
    folded.set(key, known);
    return known;
  };
};
