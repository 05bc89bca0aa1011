/**
 * What is answered about cases, as schemas.
 */
import * as z from 'zod';
import { caseLifeStates } from '../../../domain/review/case-life.ts';
import type { CaseReport } from '../cases/case-report.ts';
import type { CasesPage } from '../cases/cases-page.ts';
import type { ResolutionAnswer } from '../cases/take-resolution.ts';
import { describes } from './describes.ts';
import {
  caseGroup,
  caseReason,
  count,
  cut,
  money,
  type OrderStateSchema,
  position,
  replication,
  type StatusSchema,
  streamClass,
  token,
  ulid,
  type WrittenOrderSchema,
} from './order-schemas.ts';

export const caseAnswerSchemasOf = ({ shape }: OrderStateSchema, order: WrittenOrderSchema) => {
  const shapes = { ...shape, decision: decisionSchema(shape) };
  return {
    casesPage: casesPage(shape.status),
    caseReport: caseReport(shapes),
    resolutionAnswer: describes<ResolutionAnswer>()(
      z.object({
        caseId: ulid,
        decision: shapes.decision.optional(),
        decidedBefore: z
          .literal(true)
          .optional()
          .meta({ description: 'Somebody else had decided it: that decision stands, and nothing was stored.' }),
        order,
        replication: replication.optional(),
      }),
    ).meta({ id: 'ResolutionAnswer' }),
  };
};

const time = z.iso.datetime();

const caseState = z.enum(caseLifeStates).meta({
  id: 'CaseState',
  description:
    'Waits: `open` (nobody fetches a person here yet), `waiting` (for the grace period), `with-a-person`, `reopened` (after it had been over). Over: `settled` by a decision, `withdrawn` by an entry that arrived.',
});

const lifeShape = {
  since: time.optional().meta({ description: 'When it came to be in this state.' }),
  foundAt: time.optional().meta({ description: 'When this region found it open.' }),
  workflow: count.meta({ description: 'The number of the newest workflow here; 0 before the first.' }),
  lookAt: time.optional().meta({ description: 'While waiting: when the workflow looks again.' }),
  askedAt: time.optional().meta({ description: 'While with a person.' }),
  escalations: count.meta({ description: 'How often nobody decided in time.' }),
  settledBy: ulid.optional().meta({ description: 'The decision that settled it.' }),
};

const casesPage = (status: StatusSchema) =>
  describes<CasesPage>()(
    z.object({
      cases: z.array(
        z
          .object({
            caseId: ulid,
            orderId: z.string(),
            state: caseState,
            region: z.string().meta({ description: "The region that accepted the case's entry." }),
            position,
            ...lifeShape,
            reasons: z.array(caseReason).optional().meta({ description: 'Of a case that waits, as `order`.' }),
            order: z
              .object({
                status,
                provisional: z.boolean(),
                class: streamClass,
                money,
                currency: z.string().optional().meta({ description: 'What the money counts in, where it is known.' }),
                openCases: count.meta({ description: 'Of more than 100 of an order the oldest 100 are listed.' }),
                token,
              })
              .optional(),
          })
          .meta({ id: 'ListedCase' }),
      ),
      cursor: z.string().optional().meta({ description: 'Of the next page; absent on the last.' }),
    }),
  ).meta({ id: 'CasesPage' });

type OrderShape = OrderStateSchema['shape'];

interface Shapes extends OrderShape {
  readonly decision: ReturnType<typeof decisionSchema>;
}

const decisionSchema = ({ status, fields }: OrderShape) =>
  z
    .object({
      entryId: ulid,
      position,
      region: z.string().meta({ description: 'Where it was accepted.' }),
      actor: z.string().optional(),
      decidedAt: time,
      reason: z.string(),
      status: status.optional(),
      fields: fields.optional(),
      stands: z.boolean().meta({ description: 'It is why the order stands as it does.' }),
    })
    .meta({ id: 'CaseDecision', description: 'What somebody decided, by whom, when and why.' });

const caseReport = ({ status, fields, legalMoves, decision, cases: _, ...order }: Shapes) => {
  const branchShape = { cut, status, money, fields };
  return describes<CaseReport>()(
    z.object({
      caseId: ulid,
      orderId: z.string(),
      region: z.string().meta({ description: 'The region that answers.' }),
      state: caseState,
      position,
      acceptedIn: z.string().meta({ description: "The region that accepted the case's entry." }),
      reasons: z.array(caseReason),
      opponents: z.array(ulid).meta({ description: 'The entries on the other side.' }),
      opponentsLeftOut: count.optional(),
      fields: z.array(z.string()).meta({ description: 'Those in dispute.' }),
      group: caseGroup.optional(),
      settledBy: ulid.optional(),
      order: z.object({
        status,
        fields,
        legalMoves,
        ...order,
        openCases: z.array(ulid).meta({ description: 'Those that wait for a decision, the oldest.' }),
        openCasesLeftOut: count.optional(),
      }),
      branches: z
        .object({
          base: z.object(branchShape).meta({ description: 'What all sides had seen.' }),
          regions: z.array(
            z.object({
              region: z.string(),
              ...branchShape,
              entries: z.array(ulid).meta({ description: 'What the side has beyond the base.' }),
              entriesLeftOut: count.optional(),
            }),
          ),
          differences: z.array(z.string()).meta({ description: '`status`, and names of fields.' }),
        })
        .optional()
        .meta({ description: 'The sides, each as it saw the order before it knew of the other.' }),
      history: z.array(historyStep(status)).meta({ description: 'In the order in which it was applied.' }),
      leftOut: count.meta({ description: 'How many older steps are not there.' }),
      outcomes: z
        .array(
          z.object({
            outcome: z
              .object({ status: status.optional(), fields: fields.optional() })
              .meta({ description: 'As a decision names it. Empty: the order stays as it stands.' }),
            preview: z.object({
              status,
              provisional: z.boolean(),
              class: streamClass,
              money,
              fields: fields.meta({ description: 'Those that are in dispute or chosen.' }),
              openCases: z.array(ulid).meta({ description: 'Cases that would still wait.' }),
              legalMoves,
            }),
          }),
        )
        .meta({ description: 'What the sides stand for, each with the state that it would lead to.' }),
      decisions: z.array(decision),
      life: z
        .object({ state: caseState, ...lifeShape })
        .optional()
        .meta({ description: 'What this region remembers of the review; it follows the ledger within moments.' }),
    }),
  ).meta({ id: 'CaseReport' });
};

const historyStep = (status: StatusSchema) =>
  z
    .object({
      id: ulid,
      position,
      kind: z.enum(['decision', 'fact']),
      source: z.string(),
      from: status,
      to: status,
      accepted: z.boolean(),
      region: z.string(),
      time: time.meta({ description: "The ledger's time, from the id." }),
      actor: z.string().optional(),
      events: z.array(
        z.object({
          type: z.string(),
          data: z.record(z.string(), z.unknown()).optional().meta({
            description:
              'Absent where it was too much for one answer. What is personal is open as far as its keys are.',
          }),
        }),
      ),
      case: z
        .object({ reasons: z.array(caseReason), opponents: z.array(ulid), settledBy: ulid.optional() })
        .optional()
        .meta({ description: 'Why it was rejected or is in dispute.' }),
    })
    .meta({ id: 'CaseStep' });
