import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadQueueDefinitions } from '../../../infra/world/queue-definitions.ts';

const readTemplate = (name: string): string =>
  readFileSync(new URL(`../../../infra/cloudformation/${name}`, import.meta.url), 'utf8');

describe('the queues of the templates', () => {
  it('lay aside what was received five times, each in a queue of its own', () => {
    const queues = loadQueueDefinitions();
    const names = queues.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['case-alerts', 'operator-alerts', 'reviews', 'review-dead-letters']));
    expect(new Set(names).size).toBe(names.length);
    const deadLetterQueues = queues.flatMap(({ redrive }) => redrive?.deadLetterQueue ?? []);
    expect(new Set(deadLetterQueues).size).toBe(deadLetterQueues.length);
    for (const { name, redrive, visibilityTimeoutSeconds } of queues)
      if (!name.endsWith('-dead-letters')) {
        expect(redrive?.receivesMax).toBe(5);
        expect(names).toContain(redrive?.deadLetterQueue);
        expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(60);
      }
  });

  it('are refused where the world could not do what they say', () => {
    const template = readTemplate('review.yml');
    expect(() => loadQueueDefinitions([template.replace('VisibilityTimeout', 'DelaySeconds')])).toThrow('DelaySeconds');
    expect(() =>
      loadQueueDefinitions([
        template.replace('[ReviewDeadLettersQueue, Arn]\n        max', '[Gone, Arn]\n        max'),
      ]),
    ).toThrow('Gone is no queue');
  });

  it('are the ones that the definition of the review sends to, and only its role may', () => {
    const { Resources: resources } = parse(readTemplate('review.yml'));
    const named = [...readTemplate('review.asl.json').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    const filledIn = resources.ReviewStateMachine.Properties.DefinitionSubstitutions;
    expect(new Set(Object.keys(filledIn))).toEqual(new Set(named));
    for (const queue of ['ReviewsQueue', 'ReviewDeadLettersQueue']) {
      const [allow] = resources[`${queue}Policy`].Properties.PolicyDocument.Statement;
      expect(allow).toMatchObject({
        Effect: 'Allow',
        Principal: { AWS: { 'Fn::GetAtt': ['ReviewStateMachineRole', 'Arn'] } },
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': [queue, 'Arn'] },
      });
    }
  });
});
