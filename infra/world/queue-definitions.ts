/**
 * The queues of the templates that are deployed, with what decides when a message comes again and when it is laid aside.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

export interface QueueDefinition {
  readonly name: string;
  readonly visibilityTimeoutSeconds?: number | undefined;
  readonly retentionSeconds?: number | undefined;
  /** Where a message goes that was received so often and never removed. */
  readonly redrive?: { readonly deadLetterQueue: string; readonly receivesMax: number } | undefined;
}

/** Throws where a template says something that the world's queues cannot do. */
export const loadQueueDefinitions = (
  templateTexts: readonly string[] = templates.map(readTemplate),
): readonly QueueDefinition[] => templateTexts.flatMap(queuesOf);

const templates = ['bus.yml', 'review.yml'] as const;

const readTemplate = (name: string): string =>
  readFileSync(new URL(`../cloudformation/${name}`, import.meta.url), 'utf8');

const queuesOf = (templateText: string): readonly QueueDefinition[] => {
  const { Resources: resources } = templateSchema.parse(parse(templateText));
  const queues = new Map(
    Object.entries(resources).flatMap(([logicalId, resource]) =>
      resource.Type === 'AWS::SQS::Queue' ? [[logicalId, queueSchema.parse(resource.Properties)] as const] : [],
    ),
  );
  const nameOf = (logicalId: string): string => {
    const name = queues.get(logicalId)?.QueueName;
    if (name === undefined) throw new Error(`${logicalId} is no queue of the template`);
    return name;
  };
  return [...queues.values()].map(({ QueueName, VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy }) => ({
    name: QueueName,
    visibilityTimeoutSeconds: VisibilityTimeout,
    retentionSeconds: MessageRetentionPeriod,
    redrive: RedrivePolicy && {
      deadLetterQueue: nameOf(RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]),
      receivesMax: RedrivePolicy.maxReceiveCount,
    },
  }));
};

const templateSchema = z.object({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown() })),
});

/** Strict, so that a delay or a kind of queue is not left out in silence. */
const queueSchema = z.strictObject({
  QueueName: z.string(),
  VisibilityTimeout: z.int().optional(),
  MessageRetentionPeriod: z.int().optional(),
  RedrivePolicy: z
    .strictObject({
      deadLetterTargetArn: z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
      maxReceiveCount: z.int().min(1),
    })
    .optional(),
  SqsManagedSseEnabled: z.boolean().optional(),
  ReceiveMessageWaitTimeSeconds: z.int().optional(),
  RedriveAllowPolicy: z.unknown().optional(),
});
