import { once } from 'node:events';
import { createServer } from 'node:net';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDocumentClient } from '../../../infra/dynamodb/document-client.ts';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };

describe('the document client', () => {
  it('gives up on a server that never answers, and does not try again by itself', async () => {
    let connections = 0;
    const silent = createServer(() => {
      connections += 1;
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const client = createDocumentClient({ region: 'us-east-1', endpoint, credentials, requestTimeoutMs: 100 });
    const get = client.send(new GetCommand({ TableName: 'ledger', Key: { stream: 's', position: 'p' } }));
    await expect(get).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(connections).toBe(1);
    client.destroy();
    silent.close();
  });

  it('leaves the credentials that it was given as they were', async () => {
    const given = { ...credentials };
    const client = createDocumentClient({ region: 'us-east-1', endpoint: 'http://127.0.0.1:9', credentials: given });
    await client
      .send(new GetCommand({ TableName: 'ledger', Key: { stream: 's', position: 'p' } }))
      .catch(() => undefined);
    expect(given).toEqual(credentials);
    client.destroy();
  });
});
