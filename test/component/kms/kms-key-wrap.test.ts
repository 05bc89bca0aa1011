/**
 * The KMS adapter against a stand-in that speaks the service's protocol (JSON 1.1) on loopback and keeps its promises: a
 * ciphertext opens under its key and context alone. No emulator of KMS runs here, and none of this has met AWS.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKmsClient } from '../../../infra/kms/kms-client.ts';
import { createKmsKeyWrap, payloadSecretContext } from '../../../infra/kms/kms-key-wrap.ts';
import type { KeyWrap } from '../../../infra/personal-data/customer-keys.ts';

const keyId = 'arn:aws:kms:us-east-1:123456789012:key/mrk-1';
const owner = { tenant: 'acme', customer: 'ab12' };
const secret = new Uint8Array(32).fill(5);

let server: Server;
let keyWrap: KeyWrap;
let requests: string[];
/** Answers to come before the right ones. */
let failures: { readonly status: number; readonly type: string; readonly message?: string }[];

interface Sealed {
  readonly plaintext: string;
  readonly context: string;
}
const ciphertexts = new Map<string, Sealed>();

const answer = (operation: string, body: Readonly<Record<string, unknown>>) => {
  const context = JSON.stringify(body['EncryptionContext']);
  if (body['KeyId'] !== keyId) return { status: 400, body: { __type: 'NotFoundException' } };
  if (operation === 'Encrypt') {
    const blob = randomBytes(180).toString('base64');
    ciphertexts.set(blob, { plaintext: String(body['Plaintext']), context });
    return { status: 200, body: { CiphertextBlob: blob, KeyId: keyId } };
  }
  const found = ciphertexts.get(String(body['CiphertextBlob']));
  return found?.context === context
    ? { status: 200, body: { Plaintext: found.plaintext, KeyId: keyId } }
    : { status: 400, body: { __type: 'InvalidCiphertextException' } };
};

const readText = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('TrentService.', '');
    const body = JSON.parse(await readText(request));
    requests.push(operation);
    const failure = failures.shift();
    const answered = failure
      ? { status: failure.status, body: { __type: failure.type, message: failure.message } }
      : answer(operation, body as Record<string, unknown>);
    response.writeHead(answered.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answered.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const connect = (): KMSClient =>
  createKmsClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

beforeEach(() => {
  requests = [];
  failures = [];
  keyWrap = createKmsKeyWrap({ client: connect(), keyId, payloadSecret: '' });
});

describe('keys wrapped by KMS', () => {
  it('come back as they were, for their owner', async () => {
    const wrapped = await keyWrap.wrap(secret, owner);
    expect(Uint8Array.from((await keyWrap.unwrap(wrapped, owner)) ?? [])).toEqual(secret);
    expect(requests).toEqual(['Encrypt', 'Decrypt']);
  });

  it('do not come back for another owner', async () => {
    const wrapped = await keyWrap.wrap(secret, owner);
    for (const other of [
      { ...owner, tenant: 'zeta' },
      { ...owner, customer: 'cd34' },
    ])
      expect(await keyWrap.unwrap(wrapped, other)).toBeUndefined();
  });

  it.each([
    ['InvalidCiphertextException', ''],
    ['IncorrectKeyException', ''],
    ['NotFoundException', ''],
    ['DisabledException', `${keyId} is disabled.`],
    ['KMSInvalidStateException', `${keyId} is pending deletion.`],
    ['KMSInvalidStateException', `${keyId} is pending replica deletion.`],
  ])('are lost after %s (%s), and not asked for again', async (type, message) => {
    const wrapped = await keyWrap.wrap(secret, owner);
    requests = [];
    failures = [{ status: 400, type, message }];
    expect(await keyWrap.unwrap(wrapped, owner)).toBeUndefined();
    expect(requests).toEqual(['Decrypt']);
  });

  it.each([
    ['AccessDeniedException', 400, ''],
    ['KMSInvalidStateException', 400, `${keyId} is pending import.`],
    ['KMSInvalidStateException', 400, `${keyId} is unavailable.`],
    ['InvalidGrantTokenException', 400, ''],
    ['KeyUnavailableException', 500, ''],
    ['KMSInternalException', 500, ''],
    ['DependencyTimeoutException', 503, ''],
    ['ThrottlingException', 400, ''],
    ['SomethingNewException', 400, 'is pending deletion'],
  ])('are not lost after %s (%i %s), but cannot be had now', async (type, status, message) => {
    const wrapped = await keyWrap.wrap(secret, owner);
    failures = Array.from({ length: 3 }, () => ({ status, type, message }));
    await expect(keyWrap.unwrap(wrapped, owner)).rejects.toMatchObject({
      code: 'unavailable',
      message: `unwrap a key: ${type}`,
    });
    failures = [];
    expect(await keyWrap.unwrap(wrapped, owner)).toBeDefined();
  });

  it('are not to be had without the payload secret, whatever has become of it', async () => {
    failures = [{ status: 400, type: 'InvalidCiphertextException' }];
    await expect(deployWith(secret).payloadSecret()).rejects.toMatchObject({
      code: 'unavailable',
      message: 'decrypt the payload secret: InvalidCiphertextException',
    });
  });

  const deployWith = (payloadSecret: Uint8Array): KeyWrap => {
    const { body } = answer('Encrypt', {
      KeyId: keyId,
      Plaintext: Buffer.from(payloadSecret).toString('base64'),
      EncryptionContext: payloadSecretContext,
    });
    return createKmsKeyWrap({ client: connect(), keyId, payloadSecret: String(body.CiphertextBlob) });
  };

  it('keep the payload secret in a ciphertext of their own', async () => {
    expect(new Uint8Array(await deployWith(secret).payloadSecret())).toEqual(secret);
  });

  it.each([1, 16, 31, 33])('are not used with a payload secret of %i bytes', async (bytes) => {
    await expect(deployWith(new Uint8Array(bytes)).payloadSecret()).rejects.toMatchObject({
      code: 'unavailable',
      message: `decrypt the payload secret: it has ${bytes} bytes, and must have 32`,
    });
  });

  it('are asked for again after a throttling, three times at most', async () => {
    failures = [{ status: 400, type: 'ThrottlingException' }];
    await keyWrap.wrap(secret, owner);
    expect(requests).toEqual(['Encrypt', 'Encrypt']);
    requests = [];
    failures = Array.from({ length: 5 }, () => ({ status: 500, type: 'KMSInternalException' }));
    await expect(keyWrap.wrap(secret, owner)).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(requests).toHaveLength(3);
  });

  it('are asked for once where the answer would be the same', async () => {
    failures = [{ status: 400, type: 'AccessDeniedException' }];
    await expect(keyWrap.wrap(secret, owner)).rejects.toMatchObject({ message: 'wrap a key: AccessDeniedException' });
    expect(requests).toEqual(['Encrypt']);
  });
});
