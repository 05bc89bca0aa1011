/** `rejoin plan show`, `promote` and `history`: the write plan of a region, straight from its tables. */
import type { ChangePlanOutcome } from '../../write-plan/change-plan.ts';
import type { WritePlanService } from '../../write-plan/open-write-plan.ts';
import {
  changeAnswer,
  type LeaseAnswer,
  type PeerAnswer,
  type PlanAnswer,
  type PlanChangeAnswer,
} from '../../write-plan/plan-answers.ts';
import type { PlanProposal } from '../../write-plan/plan-proposal.ts';
import { ageText } from '../age-text.ts';
import { exitClean, exitFailed, exitUsage } from '../exit-codes.ts';
import type { CommandIo } from '../run-on-region.ts';
import { printable, textTable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';
import { describeRefusal } from './describe-plan-refusal.ts';

export interface PlanDeps extends CommandIo {
  readonly writePlan: WritePlanService;
  readonly nowMs: () => number;
}

interface Format {
  readonly isJson: boolean;
}

/** Returns the exit code: 1 where the plan that stands was written twice, differently. */
export const showPlan = async ({ isJson }: Format, { writePlan, nowMs, output }: PlanDeps): Promise<number> => {
  const [plan, { peers }] = await Promise.all([writePlan.readPlan(), writePlan.readReplication()]);
  const { history: _, ...standing } = plan;
  if (isJson) await writeJsonLine(output, { ...standing, peers });
  else await writeOut(output, planText(plan, peers, nowMs()));
  return plan.conflicts.some(({ epoch }) => epoch === plan.plan.epoch) ? exitFailed : exitClean;
};

const planText = (answer: PlanAnswer, peers: readonly PeerAnswer[], nowMs: number): string => {
  const { region, plan, breaker, lease, conflicts } = answer;
  const openings = breaker.openingsLastHour === 0 ? '' : `, opened ${breaker.openingsLastHour} times within the hour`;
  const facts: readonly (readonly [string, string])[] = [
    ['region', region],
    ['primary', plan.withoutWitness ? `${plan.primary} (without the witness)` : plan.primary],
    ['regions', plan.regions.join(', ')],
    ['epoch', `${plan.epoch}, ${originText(answer)}`],
    ['breaker', `${breaker.state}${breaker.since === undefined ? '' : ` since ${breaker.since}`}${openings}`],
    ['decisions', answer.isolated ? 'taken by the primary only' : `taken by ${plan.regions.join(', ')}`],
    ['agent', agentText(answer, nowMs)],
    ...(lease ? [['lease', leaseText(lease)] as const] : []),
    ...conflicts.map(
      ({ epoch, entryIds }) =>
        ['conflict', `epoch ${epoch} was written ${entryIds.length} times, differently`] as const,
    ),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.map(([name, text]) => `${printable(`${name.padEnd(width)}  ${text}`)}\n`);
  return `${lines.join('')}\n${linksText(peers)}`;
};

const originText = ({ configured, change }: PlanAnswer): string => {
  if (configured) return 'as configured: nobody has changed it';
  if (!change) return 'by a change that has not arrived here';
  return `by ${change.actor ?? 'nobody'} in ${change.region}${atText(change.recordedAt)}: ${change.reason}`;
};

const agentText = ({ fresh, writtenAt }: PlanAnswer, nowMs: number): string => {
  if (writtenAt === undefined) return 'has never run here: start the region agent';
  const age = `${ageText(nowMs - Date.parse(writtenAt))} ago`;
  return fresh ? `beat ${age}` : `SILENT, beat ${age}: the region behaves as if it were cut off`;
};

const leaseText = ({ state, epoch, until }: LeaseAnswer): string => {
  const ofEpoch = epoch === undefined ? '' : `, epoch ${epoch}`;
  switch (state) {
    case 'held':
      return `held here${ofEpoch}, ${until === undefined ? 'and not used until it is renewed' : `until ${until}`}`;
    case 'inherited':
      return `given to this region${ofEpoch}: it waits for the time of the holder before it`;
    case 'none':
      return `not held here${ofEpoch}`;
  }
};

const linksText = (peers: readonly PeerAnswer[]): string =>
  textTable(
    ['peer', 'link lag', 'heard', 'its other links', 'its clock'],
    peers.map(({ region, linkLagMs, heartbeatAgeMs, clockSkewMs, hasSickLink }) => [
      region,
      linkLagMs === undefined ? 'not known' : `${(linkLagMs / 1000).toFixed(1)} s`,
      heartbeatAgeMs === undefined ? 'never' : `${ageText(heartbeatAgeMs)} ago`,
      hasSickLink === undefined ? 'not known' : hasSickLink ? 'one is sick' : 'well',
      clockSkewMs === undefined ? 'not known' : `${(-clockSkewMs / 1000).toFixed(1)} s`,
    ]),
  );

export const planHistory = async ({ isJson }: Format, { writePlan, output, errors }: PlanDeps): Promise<number> => {
  const { history } = await writePlan.readPlan();
  if (isJson) for (const change of history) await writeJsonLine(output, change);
  else if (history.length === 0) errors.write('Nobody has changed the plan: the configured one holds.\n');
  else await writeOut(output, textTable(historyHead, history.map(toRow)));
  return exitClean;
};

const historyHead = ['epoch', 'primary', 'regions', 'by', 'in', 'written', 'enacted here', 'reason'];

const toRow = (change: PlanChangeAnswer): readonly string[] => [
  String(change.epoch),
  change.withoutWitness ? `${change.primary} (without the witness)` : change.primary,
  change.regions.join(','),
  change.actor ?? '-',
  change.region,
  change.recordedAt ?? '-',
  change.enactedAt ?? '-',
  change.reason,
];

const atText = (time: string | undefined): string => (time === undefined ? '' : ` at ${time}`);

/** Returns the exit code. Throws LedgerFault. */
export const promoteRegion = async (
  proposal: PlanProposal,
  { isJson }: Format,
  { writePlan, output, errors }: PlanDeps,
): Promise<number> => {
  const say = (line: string) => errors.write(`rejoin plan promote: ${line}\n`);
  const outcome = await changeOrSayKey(proposal, writePlan, say);
  if (!('plan' in outcome)) {
    for (const line of describeRefusal(outcome, proposal)) say(line);
    return outcome.kind === 'invalid-plan' || outcome.kind === 'key-reused' ? exitUsage : exitFailed;
  }
  const { kind, plan, isEnacted } = outcome;
  if (isJson) await writeJsonLine(output, { outcome: kind, plan: changeAnswer(plan, undefined), enacted: isEnacted });
  else {
    const again = kind === 'replayed' ? 'had been made' : 'is';
    await writeOut(output, `${plan.primary} ${again} primary, with epoch ${plan.epoch}\n`);
  }
  say(isEnacted ? enactedHere : notEnactedHere[kind]);
  return exitClean;
};

const enactedHere = 'enacted in this region; the others follow as it arrives. See: rejoin plan show';
const notEnactedHere = {
  changed:
    'written, and not enacted in this region yet. Its agent does it within seconds, if it runs: rejoin plan show',
  replayed: 'this region goes by another plan now: rejoin plan history',
} as const;

/** What was asked may have been done: only the same key finds out. */
const changeOrSayKey = async (
  proposal: PlanProposal,
  writePlan: WritePlanService,
  say: (line: string) => void,
): Promise<ChangePlanOutcome> => {
  try {
    return await writePlan.change(proposal);
  } catch (error) {
    say(`it may have been written. Repeat it, here or in another region, with --key ${proposal.idempotencyKey}`);
    throw error;
  }
};
