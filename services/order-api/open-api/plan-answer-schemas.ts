/**
 * What is answered about the write plan and about replication, as schemas.
 */
import * as z from 'zod';
import type { PlanAnswer, PlanChangeAnswer, ReplicationAnswer } from '../../write-plan/plan-answers.ts';
import type { ChangedPlanAnswer } from '../change-plan.ts';
import { describes } from './describes.ts';

const count = z.int().min(0);
const time = z.iso.datetime();
const ulid = z.string().meta({ description: 'A ULID.' });
const epoch = count.meta({ description: 'The number of a plan: 1, 2, 3 … 0 is the configured one.' });

const breaker = z
  .object({
    state: z.enum(['closed', 'open', 'half-open']),
    openingsLastHour: count,
    since: time
      .optional()
      .meta({ description: 'When it opened, or began to close; absent where that is not known any more.' }),
  })
  .meta({
    id: 'Breaker',
    description: 'Open while a link is sick; half-open while a link is well and the rest comes in.',
  });

const regionShape = {
  region: z.string().meta({ description: 'The region that answers.' }),
  fresh: z.boolean().meta({ description: "The region's agent has spoken within ten seconds." }),
  writtenAt: time.optional().meta({ description: 'When it last spoke.' }),
  isolated: z.boolean().meta({ description: 'Only the primary takes decisions, as far as this region knows.' }),
  breaker,
};

const contentShape = {
  primary: z.string(),
  regions: z.array(z.string()).meta({ description: 'Those that take decisions while they see each other.' }),
  epoch,
  withoutWitness: z.literal(true).optional().meta({ description: 'The primary needs no lease.' }),
};

const planChange = describes<PlanChangeAnswer>()(
  z.object({
    ...contentShape,
    entryId: ulid,
    reason: z.string(),
    actor: z.string().optional().meta({ description: 'For callers with `plan:write` only.' }),
    region: z.string().meta({ description: 'Where it was written.' }),
    recordedAt: time.optional().meta({ description: "By that region's clock." }),
    enactedAt: time.optional().meta({ description: 'By the region that answers; it forgets what is long past.' }),
  }),
).meta({ id: 'WrittenPlan', description: 'A plan as it was written: by whom, why, and where.' });

const writePlan = describes<PlanAnswer>()(
  z.object({
    ...regionShape,
    plan: z.object(contentShape).meta({ id: 'PlanContent' }),
    configured: z.boolean().meta({ description: 'Nobody has written a plan: the settings of the deployment hold.' }),
    change: planChange.optional(),
    lease: z
      .object({
        state: z.enum(['none', 'inherited', 'held']),
        epoch: epoch.optional(),
        until: time.optional().meta({ description: 'Until when this region may act on it.' }),
      })
      .optional()
      .meta({
        description:
          'What this region holds of the lease of the witness; absent where there is no witness. `inherited`: it is named, and waits for the time of the holder before it.',
      }),
    history: z.array(planChange).meta({ description: 'The newest 50, newest first.' }),
    conflicts: z
      .array(z.object({ epoch, entryIds: z.array(ulid) }))
      .meta({ description: 'Plans of one epoch that did not know of each other. The last of each stands.' }),
  }),
).meta({ id: 'WritePlan' });

const replicationState = describes<ReplicationAnswer>()(
  z.object({
    ...regionShape,
    planEpoch: epoch,
    peers: z.array(
      z
        .object({
          region: z.string(),
          linkLagMs: count.optional().meta({
            description:
              'How old the newest heartbeat was that the peer had echoed, at `writtenAt`. Silence makes it grow.',
          }),
          heartbeatAgeMs: count.optional().meta({ description: 'How long ago its newest heartbeat was seen here.' }),
          heartbeatCounter: count.optional(),
          clockSkewMs: z
            .int()
            .optional()
            .meta({ description: "What this region's clock is ahead, with the shortest way of a heartbeat. Roughly." }),
          hasSickLink: z.boolean().optional().meta({ description: 'It says so of one of its own links.' }),
        })
        .meta({ id: 'Peer', description: 'Of a peer that was never heard there is only its name.' }),
    ),
  }),
).meta({ id: 'ReplicationState' });

const changedPlan = describes<ChangedPlanAnswer>()(
  z.object({
    plan: planChange,
    enacted: z.boolean().meta({ description: 'It is the plan that this region goes by now.' }),
  }),
).meta({ id: 'ChangedPlan' });

export const planAnswerSchemas = { writePlan, replicationState, changedPlan };
