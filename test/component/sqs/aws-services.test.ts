import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventBridgeClient } from '../../../infra/eventbridge/eventbridge-client.ts';
import { createSqsClient } from '../../../infra/sqs/sqs-client.ts';
import { createSqsDeadLetterQueue } from '../../../infra/sqs/sqs-dead-letter-queue.ts';
import { type AwsServices, startAwsServices } from '../../../infra/world/aws-services.ts';
import type { BusEvent } from '../../../infra/world/event-bus.ts';
import { collect } from '../../support/collect.ts';

let services: AwsServices;
let isOut = false;
beforeAll(async () => {
  services = await startAwsServices({ region: 'eu-west-1', isOut: () => isOut, onFault: () => undefined });
});
afterAll(() => services.stop());

const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const entry = (detailType: string, detail: object) => ({
  Source: 'rejoin',
  DetailType: detailType,
  Detail: JSON.stringify(detail),
  EventBusName: services.busName,
});
const ask = (path: string, init: RequestInit = {}) => fetch(`${services.endpoint}${path}`, { method: 'POST', ...init });

describe('the AWS services of a region', () => {
  it('carry an event from PutEvents to the queue of its rule, whatever characters it has', async () => {
    const { endpoint } = services;
    const bus = createEventBridgeClient({ region: 'eu-west-1', endpoint, credentials });
    const client = createSqsClient({ region: 'eu-west-1', endpoint, credentials });
    const detail = { why: 'naïve 😀 \uFFFF' };
    const told: BusEvent[] = [];
    const unsubscribe = services.onEvent((event) => told.push(event));

    const answer = await bus.send(
      new PutEventsCommand({ Entries: [entry('ConflictNeedsReview', detail), entry('NobodyAsked', {})] }),
    );

    expect(answer.FailedEntryCount).toBe(0);
    const queue = createSqsDeadLetterQueue({ client, queueUrl: services.queueUrl('case-alerts'), waitSeconds: 0 });
    const events = (await collect(queue.read())).map(({ text }) => JSON.parse(text));
    expect(events).toMatchObject([{ 'detail-type': 'ConflictNeedsReview', region: 'eu-west-1', detail }]);
    expect(services.recentEvents().map((event) => event['detail-type'])).toEqual([
      'ConflictNeedsReview',
      'NobodyAsked',
    ]);
    expect(told).toEqual(services.recentEvents());
    unsubscribe();
    bus.destroy();
    client.destroy();
  });

  it.each([
    ['a page of another site', '/', { headers: { origin: 'http://evil.example' } }, 403],
    ['another path', '/_fauxqs/queues', {}, 404],
    ['another method', '/', { method: 'GET' }, 404],
    ['no target', '/', {}, 400],
    ['a service that is not here', '/', { headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' } }, 400],
    ['an event that is no JSON', '/', { headers: { 'x-amz-target': 'AWSEvents.PutEvents' }, body: '{' }, 400],
    [
      'events that are too many bytes',
      '/',
      { headers: { 'x-amz-target': 'AWSEvents.PutEvents' }, body: 'x'.repeat(3_000_000) },
      413,
    ],
  ])('refuse %s', async (_, path, init, status) => {
    const answer = await ask(path, init);

    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ __type: expect.any(String), message: expect.any(String) });
  });

  it('answer 503 while the region is out', async () => {
    isOut = true;
    expect((await ask('/', { headers: { 'x-amz-target': 'AmazonSQS.ListQueues' } })).status).toBe(503);
    isOut = false;
  });

  it('listen on this machine alone', async () => {
    const port = Number(new URL(services.endpoint).port);
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal);

    for (const { address } of outside) {
      const [refused] = await once(connect(port, address), 'error');
      expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    }
  });
});
