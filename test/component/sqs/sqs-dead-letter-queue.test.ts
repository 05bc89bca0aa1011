import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PoisonLetter } from '../../../domain/ports/dead-letter-queue.ts';
import { createSqsClient } from '../../../infra/sqs/sqs-client.ts';
import { createSqsDeadLetterQueue } from '../../../infra/sqs/sqs-dead-letter-queue.ts';
import { type AwsServices, startAwsServices } from '../../../infra/world/aws-services.ts';
import { collect } from '../../support/collect.ts';
import { deadLetterQueueContract } from '../../support/contracts/dead-letter-queue-contract.ts';

let services: AwsServices;
let client: SQSClient;
let isOut = false;
let queues = 0;

const connect = ({ endpoint }: AwsServices): SQSClient =>
  createSqsClient({ region: 'us-east-1', endpoint, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });

beforeAll(async () => {
  services = await startAwsServices({ region: 'us-east-1', isOut: () => isOut, onFault: () => undefined });
  client = connect(services);
});
afterAll(async () => {
  client.destroy();
  await services.stop();
});

const newQueueUrl = async (): Promise<string> => {
  const { QueueUrl: url } = await client.send(new CreateQueueCommand({ QueueName: `queue-${++queues}` }));
  return url ?? '';
};

deadLetterQueueContract(
  'SQS',
  async () => {
    const queueUrl = await newQueueUrl();
    return {
      queue: createSqsDeadLetterQueue({ client, queueUrl, waitSeconds: 0 }),
      put: async (text) => void (await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: text }))),
    };
  },
  { runs: 50 },
);

describe('dead letters in SQS', () => {
  it('are hidden from others while they are read, and given back at the end', async () => {
    const queueUrl = await newQueueUrl();
    const mine = createSqsDeadLetterQueue({ client, queueUrl, waitSeconds: 0 });
    const yours = createSqsDeadLetterQueue({ client, queueUrl, waitSeconds: 0 });
    await mine.send(letter(1));
    let seenByYou: unknown;

    for await (const _ of mine.read()) seenByYou = await collect(yours.read());

    expect(seenByYou).toEqual([]);
    expect(await collect(yours.read())).toHaveLength(1);
    expect(await hidden(queueUrl)).toBe(0);
  });

  it('come once to a reader that takes longer than it may hold them, and can be removed all the same', async () => {
    const queueUrl = await newQueueUrl();
    const queue = createSqsDeadLetterQueue({ client, queueUrl, waitSeconds: 0, holdSeconds: 1 });
    for (let i = 1; i <= 12; i++) await queue.send(letter(i));
    const streams: string[] = [];

    for await (const found of queue.read()) {
      if (streams.length === 0) await sleep(1_500);
      streams.push(found.letter?.kind === 'poison' ? found.letter.stream : '');
      await queue.remove(found);
    }

    expect(streams.sort()).toEqual(Array.from({ length: 12 }, (_, i) => letter(i + 1).stream).sort());
    expect(await collect(queue.read())).toEqual([]);
  });

  it('come back by themselves when their reader dies', async () => {
    const queueUrl = await newQueueUrl();
    const queue = createSqsDeadLetterQueue({ client, queueUrl, waitSeconds: 0, holdSeconds: 1 });
    await queue.send(letter(1));
    await queue.read()[Symbol.asyncIterator]().next();
    expect(await hidden(queueUrl)).toBe(1);

    await sleep(1_500);

    expect(await collect(queue.read())).toHaveLength(1);
  });

  it('are not said to be removed while somebody else holds them', async () => {
    const queueUrl = await newQueueUrl();
    const queue = createSqsDeadLetterQueue({ client, queueUrl, waitSeconds: 0 });
    const other = createSqsDeadLetterQueue({ client, queueUrl, waitSeconds: 0 });
    await queue.send(letter(1));
    const [found] = await collect(queue.read());
    if (!found) throw new Error('the letter is there');

    for await (const _ of other.read())
      await expect(queue.remove(found)).rejects.toMatchObject({ code: 'unavailable' });

    await queue.remove(found);
    expect(await collect(queue.read())).toEqual([]);
  });

  it('wait for one with the settings that AWS needs', async () => {
    const queueUrl = await newQueueUrl();
    const queue = createSqsDeadLetterQueue({ client, queueUrl });
    await queue.send(letter(1));

    expect(await collect(queue.read())).toMatchObject([{ letter: letter(1) }]);
  });

  it('are a fault where there is no queue, and where the region is out', async () => {
    const queueUrl = await newQueueUrl();
    const nowhere = createSqsDeadLetterQueue({ client, queueUrl: `${queueUrl}-not` });
    await expect(nowhere.send(letter(1))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(collect(nowhere.read())).rejects.toMatchObject({ code: 'unavailable' });

    isOut = true;
    const queue = createSqsDeadLetterQueue({ client, queueUrl });
    await expect(queue.send(letter(1))).rejects.toMatchObject({ code: 'unavailable' });
    isOut = false;
    await queue.send(letter(1));
  });
});

describe('queues with a directory', () => {
  it('keep every message over a restart, read and given back or not', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rejoin-sqs-'));
    const start = () =>
      startAwsServices({ region: 'us-east-1', directory, isOut: () => false, onFault: () => undefined });
    const open = (running: AwsServices, on: SQSClient) =>
      createSqsDeadLetterQueue({ client: on, queueUrl: running.queueUrl('projector-dead-letters'), waitSeconds: 0 });
    const before = await start();
    const firstClient = connect(before);
    const first = open(before, firstClient);
    for (let i = 1; i <= 3; i++) await first.send(letter(i));
    for await (const found of first.read()) if (found.text.includes('acme/2')) await first.remove(found);
    await before.stop();
    firstClient.destroy();

    const after = await start();
    const secondClient = connect(after);
    const second = open(after, secondClient);
    try {
      expect((await collect(second.read())).map((it) => it.letter)).toEqual([letter(1), letter(3)]);
      expect((await collect(second.read())).map((it) => it.letter)).toEqual([letter(1), letter(3)]);
    } finally {
      secondClient.destroy();
      await after.stop();
      await rm(directory, { recursive: true });
    }
  });
});

const letter = (i: number): PoisonLetter => ({
  kind: 'poison',
  region: 'us-east-1',
  stream: `order/acme/${i}`,
  reason: 'why',
  firstSequenceNumber: '1',
  lastSequenceNumber: '2',
  atMs: i,
});

const hidden = async (queueUrl: string): Promise<number> => {
  const { Attributes: attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessagesNotVisible'] }),
  );
  return Number(attributes?.ApproximateNumberOfMessagesNotVisible);
};
