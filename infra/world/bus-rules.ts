/**
 * The rules of the alert bus, read from the template that is deployed: what runs in the world is what runs in AWS.
 * Whatever the world could not do alike stops it at the start.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

export interface BusTarget {
  readonly kind: 'queue';
  readonly name: string;
}

export interface BusRule {
  readonly name: string;
  /** An EventBridge event pattern. */
  readonly pattern: unknown;
  readonly targets: readonly BusTarget[];
}

/** Throws when the template says something that the world's bus cannot do. */
export const loadBusRules = (templateText: string = readTemplate()): readonly BusRule[] => {
  const { Resources: resources } = templateSchema.parse(parse(templateText));
  const queueNamed = (logicalId: string): BusTarget => {
    const queue = queueSchema.parse(resources[logicalId], { error: () => `${logicalId} is no queue of the template` });
    return { kind: 'queue', name: queue.Properties.QueueName };
  };
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::Events::Rule')
    .map((resource) => ruleSchema.parse(resource).Properties)
    .filter(({ State }) => State === 'ENABLED')
    .map(({ Name, EventPattern, Targets }) => ({
      name: Name,
      pattern: EventPattern,
      targets: Targets.map(({ Arn }) => queueNamed(Arn['Fn::GetAtt'][0])),
    }));
};

const readTemplate = (): string => readFileSync(new URL('../cloudformation/bus.yml', import.meta.url), 'utf8');

const templateSchema = z.object({ Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) });

const queueSchema = z.looseObject({
  Type: z.literal('AWS::SQS::Queue'),
  Properties: z.looseObject({ QueueName: z.string() }),
});

/** Strict, so that an input path or a transformer is not left out in silence. */
const ruleSchema = z.strictObject({
  Type: z.literal('AWS::Events::Rule'),
  Properties: z.strictObject({
    Name: z.string(),
    Description: z.string().optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    EventBusName: z.strictObject({ Ref: z.literal('AlertBus') }),
    EventPattern: z.record(z.string(), z.unknown()),
    Targets: z.array(
      z.strictObject({
        Id: z.string(),
        Arn: z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
        DeadLetterConfig: z.unknown().optional(),
        RetryPolicy: z.unknown().optional(),
      }),
    ),
  }),
});
