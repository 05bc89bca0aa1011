/**
 * What is worth offering to the person who decides a case, each with a preview.
 *
 * Offered is what the sides of the case stand for: a status that one of them had reached or that a party leads to, a
 * value that one of them wrote or went by, and always that nothing changes. Whoever decides may choose anything else that
 * the lifecycle takes. Pure: the same offers in every region that holds the same entries.
 */
import { compareText } from '../fold/closed-cut.ts';
import { isOpen } from '../fold/folded-stream.ts';
import type { Entry } from '../ledger/entry.ts';
import { canonicalJson } from '../ledger/entry-hash.ts';
import { noStatus, resolutionType, type Status } from '../lifecycle/define-lifecycle.ts';
import type { ResolutionPayload } from '../lifecycle/resolution-events.ts';
import { readEvent } from '../lifecycle/upcast.ts';
import { branchesOf } from './branches.ts';
import { type CaseOutcome, type OutcomePreview, previewOutcome } from './outcomes.ts';
import { findParties, type ReviewedCase } from './parties.ts';

export interface OfferedOutcome {
  /** As `resolveCase` takes it. Values are the ledger's: what is personal is sealed. */
  readonly outcome: CaseOutcome;
  readonly preview: OutcomePreview;
}

export const outcomesMax = 20;

/**
 * First that nothing changes, then values by field, then statuses in the lifecycle's order; nothing twice, and nothing
 * that stands already. Empty where there is nothing left to decide.
 */
export const offerOutcomes = (reviewed: ReviewedCase): readonly OfferedOutcome[] => {
  if (!isOpen(reviewed.found)) return [];
  const sides = findSides(reviewed);
  const candidates: readonly CaseOutcome[] = [
    {},
    ...disputedValues(reviewed, sides),
    ...rejectedValues(reviewed, sides),
    ...statusesAtIssue(reviewed, sides),
  ];
  const distinct = [...new Map(candidates.map((outcome) => [canonicalJson(outcome), outcome])).values()];
  const offers = distinct
    .slice(0, outcomesMax)
    .map((outcome) => ({ outcome, preview: previewOutcome(reviewed, outcome) }));
  return offers.flatMap(({ outcome, preview }) => (preview ? [{ outcome, preview }] : []));
};

type Values = Readonly<Record<string, unknown>>;

interface Sides {
  /** In which the branches end. */
  readonly statuses: readonly Status[];
  /** Of each branch, all fields. */
  readonly fields: readonly Values[];
  /** The case's own entry first. */
  readonly said: readonly Said[];
}

/** What an entry leads to and writes, whatever became of it. */
interface Said {
  readonly statuses: readonly Status[];
  readonly fields: Values;
}

const findSides = (reviewed: ReviewedCase): Sides => {
  const { regions } = branchesOf(reviewed);
  return {
    statuses: regions.map(({ status }) => status),
    fields: regions.map(({ fields }) => fields),
    said: findParties(reviewed).parties.map(({ entry }) => readSaid(reviewed, entry)),
  };
};

const readSaid = ({ lifecycle }: ReviewedCase, { events }: Entry): Said => {
  const statuses: Status[] = [];
  const fields: Record<string, unknown> = {};
  for (const event of events) {
    const read = readEvent(lifecycle, event);
    if (read.kind === 'void') continue;
    const { name, transitions, writes } = read.eventType;
    const chosen: Partial<ResolutionPayload> = name === resolutionType ? read.data : {};
    statuses.push(
      ...transitions.flatMap(({ to }) => (to === 'same' ? [] : [to])),
      ...(chosen.status ? [chosen.status] : []),
    );
    for (const [field, write] of Object.entries(writes ?? {}))
      if ('set' in write && read.data[write.set] !== undefined) fields[field] = read.data[write.set];
    Object.assign(fields, chosen.fields);
  }
  return { statuses, fields };
};

/** What a party wrote or its branch went by. */
const disputedValues = ({ folded, found }: ReviewedCase, { fields, said }: Sides): readonly CaseOutcome[] => {
  const sides = [...fields, ...said.map((it) => it.fields)];
  return [...found.fields].sort().flatMap((name) => {
    const values = sides.flatMap((side) => (side[name] === undefined ? [] : [side[name]]));
    return [...new Map(values.map((value) => [canonicalJson(value), value]))]
      .filter(([json]) => json !== canonicalJson(folded.fields[name]))
      .sort(([left], [right]) => compareText(left, right))
      .map(([, value]) => ({ fields: { [name]: value } }));
  });
};

/** Rejected, the case's entry has written nothing; a person may take over what it would have. */
const rejectedValues = ({ folded, found }: ReviewedCase, { said: [about] }: Sides): readonly CaseOutcome[] => {
  const isRejected = folded.history.some(({ position, accepted }) => position === found.position && !accepted);
  if (!isRejected || !about) return [];
  const changes = Object.entries(about.fields).filter(
    ([name, value]) => canonicalJson(value) !== canonicalJson(folded.fields[name]),
  );
  return changes.length > 0 ? [{ fields: Object.fromEntries(changes) }] : [];
};

/** Where nothing but a field is in dispute, nobody doubts the status. */
const statusesAtIssue = ({ lifecycle, folded, found }: ReviewedCase, sides: Sides): readonly CaseOutcome[] => {
  if (found.reasons.every((reason) => reason === 'field-disputed')) return [];
  const atIssue = new Set([...sides.statuses, ...sides.said.flatMap(({ statuses }) => statuses)]);
  return lifecycle.statuses
    .filter((status) => atIssue.has(status) && status !== noStatus && status !== folded.status)
    .map((status) => ({ status }));
};
