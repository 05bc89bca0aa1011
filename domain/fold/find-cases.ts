/**
 * What a person has to look at: one case for each rejected or ambiguous entry, disputed field, and pair of resolutions
 * that disagree. A case is a function of the set of entries, so every region finds the same ones; a resolution that
 * names it and has seen what it is about settles it, and an entry that arrives late can make it disappear.
 */
import { groupEntriesMax } from '../kernel/limits.ts';
import type { Entry } from '../ledger/entry.ts';
import { parseOrderStream } from '../ledger/stream-name.ts';
import type { Step } from './chapters.ts';
import { compareText } from './closed-cut.ts';
import type { Contest } from './contests.ts';
import type { Case, CaseReason } from './folded-stream.ts';
import type { FieldDispute } from './merge-fields.ts';
import { areConcurrent, type Participant, saw } from './participants.ts';

export interface CaseInput {
  readonly steps: readonly Step[];
  readonly contests: ReadonlyMap<Participant, Contest>;
  readonly ambiguities: readonly Participant[];
  readonly disputes: readonly FieldDispute[];
}

/** Sorted by id. */
export const findCases = (input: CaseInput): readonly Case[] => {
  const resolutions = input.steps
    .filter(({ isAccepted, participant }) => isAccepted && participant.resolution)
    .map(({ participant }) => participant)
    .sort((left, right) => left.order - right.order);
  const findings = [
    ...rejections(input, resolutions),
    ...ambiguities(input, resolutions),
    ...disputedFields(input, resolutions),
    ...differingResolutions(resolutions),
  ];
  const findingsByEntry = Map.groupBy(findings, ({ about }) => about);
  return [...findingsByEntry]
    .map(([about, ofEntry]) => mergeFindings(about, ofEntry))
    .sort((left, right) => compareText(left.id, right.id) || compareText(left.position, right.position));
};

interface Finding {
  readonly about: Participant;
  readonly reason: CaseReason;
  readonly opponents: readonly string[];
  readonly field?: string;
  readonly settledBy: Participant | undefined;
}

type Resolutions = readonly Participant[];

/** Settles what it names, once it has seen everything that the case is about. */
const settlerOf = (
  about: Participant,
  parties: readonly Participant[],
  resolutions: Resolutions,
): Participant | undefined =>
  resolutions.find(
    (it) => it.resolution?.cases.includes(about.entry.id) === true && parties.every((party) => saw(it, party)),
  );

const rejections = ({ steps, contests }: CaseInput, resolutions: Resolutions): Finding[] =>
  steps
    .filter(({ isAccepted }) => !isAccepted)
    .map(({ participant }) => {
      const contest = contests.get(participant);
      return {
        about: participant,
        reason: participant.keyHolder ? 'key-reused' : contest ? 'contested' : 'illegal',
        opponents: contest?.opponents.map(({ entry }) => entry.id) ?? [],
        settledBy: settlerOf(participant, [participant], resolutions),
      };
    });

/** Whoever saw the chapter and set a status has answered the question, named or not. */
const ambiguities = ({ ambiguities: entries }: CaseInput, resolutions: Resolutions): Finding[] =>
  entries.map((about) => ({
    about,
    reason: 'ambiguous',
    opponents: [],
    settledBy:
      settlerOf(about, [about], resolutions) ??
      resolutions.find((it) => it.resolution?.status !== undefined && saw(it, about)),
  }));

const disputedFields = ({ disputes }: CaseInput, resolutions: Resolutions): Finding[] =>
  disputes.map(({ key, field, parties }) => ({
    about: key,
    reason: 'field-disputed',
    field,
    opponents: parties.filter((party) => party !== key).map(({ entry }) => entry.id),
    settledBy: settlerOf(key, parties, resolutions),
  }));

const differingResolutions = (resolutions: Resolutions): Finding[] =>
  resolutions.flatMap((later, i) =>
    resolutions
      .slice(0, i)
      .filter((earlier) => setDifferentStatuses(earlier, later) && areConcurrent(earlier, later))
      .map((earlier) => ({
        about: later,
        reason: 'resolutions-differ' as const,
        opponents: [earlier.entry.id],
        settledBy: resolutions.find((it) => saw(it, earlier) && saw(it, later)),
      })),
  );

const setDifferentStatuses = (left: Participant, right: Participant): boolean =>
  left.resolution?.status !== undefined &&
  right.resolution?.status !== undefined &&
  left.resolution.status !== right.resolution.status;

/** One case an entry, however many reasons. An open case says only what is still asked. */
const mergeFindings = (about: Participant, findings: readonly Finding[]): Case => {
  const open = findings.filter(({ settledBy }) => settledBy === undefined);
  const said = open.length > 0 ? open : findings;
  const settlers = said.flatMap(({ settledBy }) => settledBy ?? []).sort((left, right) => left.order - right.order);
  return {
    id: about.entry.id,
    position: about.entry.position,
    reasons: [...new Set(said.map(({ reason }) => reason))],
    opponents: [...new Set(said.flatMap(({ opponents }) => opponents))].sort(),
    fields: said.flatMap(({ field }) => (field === undefined ? [] : [field])),
    ...groupOf(about.entry),
    settledBy: settlers.at(-1)?.entry.id,
  };
};

/** Whoever bypassed the API may have named anything: orders of the same tenant count, and no more than a group has. */
const groupOf = ({ group, tenant }: Entry): Pick<Case, 'group'> => {
  if (!group) return {};
  const orders = group.streams.slice(0, groupEntriesMax).map(parseOrderStream);
  const orderIds = orders.flatMap((order) => (order?.tenant === tenant ? [order.orderId] : []));
  return { group: { commandId: group.commandId, orderIds } };
};
