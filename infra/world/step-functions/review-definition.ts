/**
 * The state machine of the review, read from the file that is deployed and with the names of the world filled in as
 * CloudFormation does it: what runs in the world is what runs in AWS.
 */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

export interface ReviewDefinitionOptions {
  readonly decideCaseFunctionArn: string;
  readonly reviewsQueueUrl: string;
  readonly reviewDeadLettersQueueUrl: string;
  /** In the place of the definition's own, for whoever has no day to wait. */
  readonly waiting?: WaitingSeconds | undefined;
}

/** Of tasks that wait for an answer. */
export interface WaitingSeconds {
  readonly heartbeatSeconds?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
}

export type Definition = z.infer<typeof definitionSchema>;
export type TaskState = Definition['States'][string];

/** Throws where a name of the definition is not among those that are filled in. */
export const loadReviewDefinition = (options: ReviewDefinitionOptions): Definition => {
  const names = new Map([
    ['DecideCaseFunctionArn', options.decideCaseFunctionArn],
    ['ReviewsQueueUrl', options.reviewsQueueUrl],
    ['ReviewDeadLettersQueueUrl', options.reviewDeadLettersQueueUrl],
  ]);
  const text = readDefinition().replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = names.get(name);
    if (value === undefined) throw new Error(`review.asl.json names ${name}, which nobody fills in`);
    return value;
  });
  const definition = definitionSchema.parse(JSON.parse(text));
  const states = Object.entries(definition.States).map(
    ([name, state]) => [name, shorten(state, options.waiting)] as const,
  );
  return { ...definition, States: Object.fromEntries(states) };
};

export const waitsForAnswer = ({ Resource: resource }: TaskState): boolean =>
  resource?.endsWith('.waitForTaskToken') === true;

const readDefinition = (): string =>
  readFileSync(new URL('../../cloudformation/review.asl.json', import.meta.url), 'utf8');

const shorten = (state: TaskState, { heartbeatSeconds, timeoutSeconds }: WaitingSeconds = {}): TaskState =>
  waitsForAnswer(state)
    ? {
        ...state,
        ...(heartbeatSeconds !== undefined && { HeartbeatSeconds: heartbeatSeconds }),
        ...(timeoutSeconds !== undefined && { TimeoutSeconds: timeoutSeconds }),
      }
    : state;

/** What the world itself has to know of it; all the rest is the interpreter's. */
const definitionSchema = z.looseObject({
  States: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Resource: z.string().optional(),
      TimeoutSeconds: z.number().optional(),
      HeartbeatSeconds: z.number().optional(),
    }),
  ),
});
