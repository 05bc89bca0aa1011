/**
 * The history of an order as the page of a case tells it: each step with what it said, what became of it, and why.
 *
 * Bounded, so that an order which a looping writer filled has a page too: the newest steps, and whatever their age those of
 * the entries that the case is between. Where payloads are large, the older ones are not there.
 */
import { Buffer } from 'node:buffer';
import { decodeTime } from 'ulid';
import type { Case, FoldedStream, HistoryStep } from '../../../domain/fold/folded-stream.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { entryBody } from '../../../domain/ledger/entry-hash.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { openData, sealedInEvents } from '../../ledger/open-events.ts';
import type { OpenValue, SealedName } from '../../ledger/open-sealed.ts';
import { isoTime } from './cases-page.ts';

export interface CaseHistory {
  /** In the order in which they were applied. */
  readonly history: readonly CaseStep[];
  /** How many older steps are not there. */
  readonly leftOut: number;
}

export interface CaseStep extends Omit<HistoryStep, 'types'> {
  /** Where it was accepted. */
  readonly region: string;
  /** That of the id, in ISO 8601: the ledger's. */
  readonly time: string;
  readonly actor?: string | undefined;
  readonly events: readonly CaseEvent[];
  /** Of a step that has a case, open or settled. */
  readonly case?: StepCase;
}

export interface CaseEvent {
  readonly type: string;
  /** Absent where it was too much for one answer. What is personal is open as far as its keys are here. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface StepCase {
  readonly reasons: Case['reasons'];
  /** The first of them. */
  readonly opponents: readonly string[];
  readonly settledBy?: string | undefined;
}

export const historyStepsMax = 200;
export const namesMax = 10;
/** A Lambda answers with 6 MB at most, in which the body stands as a string and may be twice as long. */
const payloadBytesMax = 1024 * 1024;

export interface TellHistory {
  readonly entries: readonly Entry[];
  readonly folded: FoldedStream;
  readonly lifecycle: Lifecycle;
  /** Ids that are told whatever their age. */
  readonly always: ReadonlySet<string>;
}

export interface ToldHistory {
  /** What has to be opened for `tell`. */
  readonly sealed: readonly SealedName[];
  readonly tell: (open: OpenValue) => CaseHistory;
}

export const chooseHistory = ({ entries, folded, lifecycle, always }: TellHistory): ToldHistory => {
  const { history, cases } = folded;
  const oldest = history.length - historyStepsMax;
  const chosen = history.filter(({ id }, index) => index >= oldest || always.has(id));
  const entryAt = new Map(entries.map((entry) => [entry.position, entry]));
  const caseAt = new Map(cases.map((it) => [it.position, it]));
  const shown = withinBytes(chosen, entryAt, always);
  return {
    sealed: [...shown].flatMap((position) => sealedInEvents(lifecycle, entryAt.get(position)?.events ?? [])),
    tell: (open) => ({
      history: chosen.map(({ types, ...step }) => {
        const entry = entryAt.get(step.position);
        const found = caseAt.get(step.position);
        return {
          ...step,
          region: entry?.region ?? step.position,
          time: isoTime(decodeTime(step.id)),
          ...(entry?.actor !== undefined && { actor: entry.actor }),
          events: shown.has(step.position)
            ? (entry?.events ?? []).map((event) => ({ type: event.type, data: openData(lifecycle, event, open) }))
            : types.slice(0, namesMax).map((type) => ({ type })),
          ...(found && { case: toStepCase(found) }),
        };
      }),
      leftOut: history.length - chosen.length,
    }),
  };
};

/** Positions whose payloads there is room for: those of the case first, then the newest. */
const withinBytes = (
  chosen: readonly HistoryStep[],
  entryAt: ReadonlyMap<string, Entry>,
  always: ReadonlySet<string>,
): ReadonlySet<string> => {
  const shown = new Set<string>();
  const [parties, others] = [chosen.filter(({ id }) => always.has(id)), chosen.filter(({ id }) => !always.has(id))];
  let bytes = 0;
  for (const { position } of [...parties, ...others.toReversed()]) {
    const entry = entryAt.get(position);
    bytes += entry ? Buffer.byteLength(entryBody(entry)) : 0;
    if (bytes > payloadBytesMax) break;
    shown.add(position);
  }
  return shown;
};

const toStepCase = ({ reasons, opponents, settledBy }: Case): StepCase => ({
  reasons,
  opponents: opponents.slice(0, namesMax),
  ...(settledBy !== undefined && { settledBy }),
});
