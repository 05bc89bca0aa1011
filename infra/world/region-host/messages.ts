/**
 * What the supervisor and a region's host process tell each other, over the channel that Node gives a child. Both ends
 * check what they read: a process may be older than the code that talks to it.
 */
import * as z from 'zod';

const triggersSchema = z.strictObject({
  caseAlertsQueueUrl: z.url(),
  reviewsQueueUrl: z.url(),
  /** How often the review's sweeper starts. */
  sweepSeconds: z.number().positive(),
});

/** What starts functions of the review: in AWS the deployment tells their mappings and schedules. */
export type HostTriggers = z.infer<typeof triggersSchema>;

/** As the process is given them when it is started. Throws. */
export const parseHostTriggers = (text: string): HostTriggers => triggersSchema.parse(JSON.parse(text));

const toHostSchema = z.discriminatedUnion('kind', [
  /** The region is out, or back. */
  z.strictObject({ kind: z.literal('outage'), isOut: z.boolean() }),
  /** Answer when the projector has seen all that the ledger holds now. */
  z.strictObject({ kind: z.literal('await-caught-up'), question: z.int() }),
  /** Run a function that a workflow calls, and answer with what came of it. */
  z.strictObject({ kind: z.literal('invoke'), question: z.int(), functionName: z.string(), payload: z.unknown() }),
]);

const fromHostSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready'), port: z.int() }),
  z.strictObject({ kind: z.literal('not-started'), code: z.string(), message: z.string() }),
  z.strictObject({ kind: z.literal('caught-up'), question: z.int() }),
  z.strictObject({
    kind: z.literal('invoked'),
    question: z.int(),
    outcome: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('returned'), value: z.unknown() }),
      z.strictObject({ kind: z.literal('failed'), errorType: z.string(), errorMessage: z.string() }),
      z.strictObject({ kind: z.literal('unavailable') }),
    ]),
  }),
]);

export type MessageToHost = z.infer<typeof toHostSchema>;
export type MessageFromHost = z.infer<typeof fromHostSchema>;

/** Undefined for what is no message of ours. */
export const parseMessageToHost = (message: unknown): MessageToHost | undefined => toHostSchema.safeParse(message).data;

export const parseMessageFromHost = (message: unknown): MessageFromHost | undefined =>
  fromHostSchema.safeParse(message).data;
