import { ReceiveMessageCommand, SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSqsClient } from '../../../infra/sqs/sqs-client.ts';
import { type AwsServices, type QueueName, startAwsServices } from '../../../infra/world/aws-services.ts';
import { type QueueHandler, type QueueTrigger, startQueueTrigger } from '../../../infra/world/queue-trigger.ts';
import { createSqsQueueSource } from '../../../infra/world/sqs-queue-source.ts';

const region = 'us-east-1';
let services: AwsServices;
let client: ReturnType<typeof createSqsClient>;
let isOut = false;
let trigger: QueueTrigger | undefined;

beforeAll(async () => {
  services = await startAwsServices({ region, isOut: () => isOut, onFault: () => undefined });
  client = createSqsClient({
    region,
    endpoint: services.endpoint,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  // Nobody has a minute.
  for (const name of ['case-alerts', 'reviews'] as const)
    await client.send(
      new SetQueueAttributesCommand({ QueueUrl: services.queueUrl(name), Attributes: { VisibilityTimeout: '0' } }),
    );
});
afterEach(async () => {
  isOut = false;
  await trigger?.stop();
});
afterAll(async () => {
  client.destroy();
  await services.stop();
});

const send = (name: QueueName, text: string) =>
  client.send(new SendMessageCommand({ QueueUrl: services.queueUrl(name), MessageBody: text }));

const bodiesIn = async (name: QueueName): Promise<readonly string[]> => {
  const command = new ReceiveMessageCommand({ QueueUrl: services.queueUrl(name), MaxNumberOfMessages: 10 });
  const { Messages: messages = [] } = await client.send(command);
  return messages.map(({ Body = '' }) => Body);
};

/** Counts how often each body was delivered. */
const listen = (name: 'case-alerts' | 'reviews', handler: QueueHandler, faults: unknown[] = []) => {
  const delivered = new Map<string, number>();
  const events: SQSEvent[] = [];
  const source = createSqsQueueSource({ client, region, queueUrl: services.queueUrl(name), waitSeconds: 1 });
  let receives = 0;
  trigger = startQueueTrigger({
    source: {
      ...source,
      receive: () => {
        receives++;
        return source.receive();
      },
    },
    handler: (event, context) => {
      events.push(event);
      for (const { body } of event.Records) delivered.set(body, (delivered.get(body) ?? 0) + 1);
      return handler(event, context);
    },
    functionName: 'open-case',
    region,
    isPaused: () => isOut,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
    onFault: (fault) => faults.push(fault),
  });
  return { delivered, events, faults, receives: () => receives };
};

const until = (condition: () => boolean) => expect.poll(condition, { timeout: 20_000, interval: 10 }).toBe(true);
const nothingFails: QueueHandler = async () => ({ batchItemFailures: [] });

describe('a queue of the world that starts a function', () => {
  it('delivers each message once when nothing fails, at most ten a batch, as Lambda would', async () => {
    const texts = Array.from({ length: 23 }, (_, i) => `message ${i} naïve`);
    for (const text of texts) await send('case-alerts', text);

    const { delivered, events } = listen('case-alerts', nothingFails);

    await until(() => delivered.size === texts.length);
    expect(new Set(delivered.values())).toEqual(new Set([1]));
    expect(Math.max(...events.map(({ Records }) => Records.length))).toBe(10);
    expect(events[0]?.Records[0]).toMatchObject({
      messageId: expect.stringMatching(/^[\w-]{36}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${region}:000000000000:case-alerts`,
      awsRegion: region,
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
    });
    await trigger?.stop();
    expect(await bodiesIn('case-alerts')).toEqual([]);
  });

  it('delivers again what failed, alone, and lays it aside after five times', async () => {
    for (const text of ['good', 'bad', 'better']) await send('reviews', text);

    const { delivered } = listen('reviews', async ({ Records }) => ({
      batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId: itemIdentifier }) => ({
        itemIdentifier,
      })),
    }));

    await expect.poll(() => bodiesIn('review-dead-letters'), { timeout: 20_000 }).toEqual(['bad']);
    expect(Object.fromEntries(delivered)).toEqual({ good: 1, better: 1, bad: 5 });
  });

  it.each([
    [
      'throws',
      async () => {
        throw new Error('out of memory');
      },
    ],
    ['names a failure that is not in the batch', async () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ])('delivers all of it again when the function %s', async (_, fail) => {
    let calls = 0;
    for (const text of ['a', 'b']) await send('case-alerts', text);

    const { delivered } = listen('case-alerts', async () => (++calls <= 2 ? fail() : { batchItemFailures: [] }));

    await until(() => calls >= 3 && [...delivered.values()].reduce((sum, times) => sum + times, 0) >= 4);
    await trigger?.stop();
    expect(await bodiesIn('case-alerts')).toEqual([]);
  });

  it('delivers nothing while the region is out, and all of it once it is back', async () => {
    await send('case-alerts', 'before');
    isOut = true;
    const { delivered, faults, receives } = listen('case-alerts', nothingFails);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([delivered.size, receives()]).toEqual([0, 0]);

    isOut = false;

    await until(() => delivered.get('before') === 1);
    expect(faults).toEqual([]);
  });
});
