import { once } from 'node:events';
import { createServer } from 'node:net';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect, it } from 'vitest';
import { createEventBridgeClient } from '../../../infra/eventbridge/eventbridge-client.ts';

const putEvents = () => new PutEventsCommand({ Entries: [{ Source: 's', DetailType: 't', Detail: '{}' }] });

it('gives up on a server that never answers, after as many tries as there are', async () => {
  let connections = 0;
  const silent = createServer(() => {
    connections += 1;
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const client = createEventBridgeClient({ region: 'us-east-1', endpoint, credentials, requestTimeoutMs: 50 });
  await expect(client.send(putEvents())).rejects.toHaveProperty('name', 'TimeoutError');
  expect(connections).toBe(3);
  expect(credentials).toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' });
  client.destroy();
  silent.close();
});
