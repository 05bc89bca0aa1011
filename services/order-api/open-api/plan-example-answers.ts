/**
 * What the examples about the write plan are answered with, each of the type that the API answers with.
 */
import type { PlanAnswer, PlanChangeAnswer, ReplicationAnswer } from '../../write-plan/plan-answers.ts';
import type { ChangedPlanAnswer } from '../change-plan.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;
const time = '2026-01-01T00:00:00.000Z';

const content = { primary: eu, regions: [eu, us], epoch: 1 };

const change: PlanChangeAnswer = {
  ...content,
  entryId: '01KDVDNA00M0GZY8KQDZEF4C71',
  reason: 'us-east-1 is being patched tonight',
  actor: 'shop',
  region: us,
  recordedAt: time,
};

const enacted: PlanChangeAnswer = { ...change, enactedAt: time };

const here = {
  region: us,
  fresh: true,
  writtenAt: '2025-12-31T23:59:59.600Z',
  isolated: false,
  breaker: { state: 'closed', openingsLastHour: 0 },
} as const;

const changed: ChangedPlanAnswer = { plan: change, enacted: true };

const plan: PlanAnswer = {
  ...here,
  plan: content,
  configured: false,
  change: enacted,
  history: [enacted],
  conflicts: [],
};

const replication: ReplicationAnswer = {
  ...here,
  planEpoch: 1,
  peers: [
    {
      region: eu,
      linkLagMs: 1_840,
      heartbeatAgeMs: 900,
      heartbeatCounter: 4_711,
      clockSkewMs: 412,
      hasSickLink: false,
    },
  ],
};

export const planAnswers = { changed, plan, replication };
