/** Regions as the page has read them, with what a test does not care about filled in. */
import type { RegionReading } from '../../../services/dashboard/page/model/region-reading.ts';
import type { PeerAnswer, PlanAnswer, ReplicationAnswer } from '../../../services/write-plan/plan-answers.ts';

export const [us, eu, ap] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;

export interface ReadingOptions extends Partial<Pick<RegionReading, 'reach'>> {
  readonly plan?: Partial<PlanAnswer>;
  readonly peers?: readonly PeerAnswer[];
}

export const planOf = (region: string, plan: Partial<PlanAnswer> = {}): PlanAnswer => ({
  region,
  fresh: true,
  writtenAt: '2026-11-21T12:00:00.000Z',
  isolated: false,
  breaker: { state: 'closed', openingsLastHour: 0 },
  plan: { primary: us, regions: [eu, us], epoch: 1 },
  configured: false,
  history: [],
  conflicts: [],
  ...plan,
});

export const readingOf = (region: string, options: ReadingOptions = {}): RegionReading => {
  const plan = planOf(region, options.plan);
  const { fresh, isolated, breaker } = plan;
  const peers = options.peers ?? [];
  const replication: ReplicationAnswer = { region, fresh, isolated, breaker, planEpoch: plan.plan.epoch, peers };
  return { region, reach: options.reach ?? 'answering', standing: { plan, replication } };
};

/** A peer that was heard just now. */
export const heard = (region: string, peer: Partial<PeerAnswer> = {}): PeerAnswer => ({
  region,
  linkLagMs: 1_000,
  heartbeatAgeMs: 500,
  heartbeatCounter: 100,
  clockSkewMs: 0,
  hasSickLink: false,
  ...peer,
});
