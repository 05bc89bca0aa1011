/** What people have decided about a case, as somebody reads it who may: with the values that were chosen. */
import { resolutionType, type Status } from '../../../domain/lifecycle/define-lifecycle.ts';
import { type DecisionsInput, decisionsAbout } from '../../../domain/review/decisions.ts';
import { openData, sealedInEvents } from '../../ledger/open-events.ts';
import type { OpenValue, SealedName } from '../../ledger/open-sealed.ts';
import { isoTime } from './cases-page.ts';

export interface CaseDecision {
  readonly entryId: string;
  readonly position: string;
  /** Where it was accepted. */
  readonly region: string;
  readonly actor?: string | undefined;
  readonly decidedAt: string;
  readonly reason: string;
  readonly status?: Status | undefined;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** It is why the order stands as it does; no more than one does. */
  readonly stands: boolean;
}

export interface ToldDecisions {
  /** What has to be opened for `tell`. */
  readonly sealed: readonly SealedName[];
  /** In the order of the history. */
  readonly tell: (open: OpenValue) => readonly CaseDecision[];
}

export const chooseDecisions = (input: DecisionsInput): ToldDecisions => {
  const { entries, lifecycle } = input;
  const found = decisionsAbout(input).slice(-decisionsMax);
  const eventOf = (position: string) =>
    entries.find((entry) => entry.position === position)?.events.find(({ type }) => type === resolutionType);
  return {
    sealed: sealedInEvents(
      lifecycle,
      found.flatMap(({ position }) => eventOf(position) ?? []),
    ),
    tell: (open) =>
      found.map(({ atMs, fields, ...decision }) => {
        const event = eventOf(decision.position);
        const chosen = event && openData(lifecycle, event, open)['fields'];
        return {
          ...decision,
          decidedAt: isoTime(atMs),
          ...(fields && isObject(chosen) && { fields: chosen }),
        };
      }),
  };
};

/** The newest; more were not made by people. */
const decisionsMax = 50;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
