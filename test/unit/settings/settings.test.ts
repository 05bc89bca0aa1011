import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../../infra/settings/settings.ts';

describe('settings', () => {
  it('needs nothing but the region that Lambda sets', () => {
    expect(readSettings({ AWS_REGION: 'eu-west-1', HOME: '/root' })).toEqual({
      region: 'eu-west-1',
      ledgerTable: 'ledger',
      viewsTable: 'views',
      controlTable: 'control',
      alertBus: 'rejoin',
      deadLetterQueueUrl: undefined,
      consistency: 'eventual',
      ledgerShards: 16,
      token: undefined,
      personalData: undefined,
      peers: [],
      traffic: { periodSeconds: 60 },
      rateLimit: { perSecond: 100, burst: 200 },
    });
  });

  it('takes the tables, the bus and the queue that a deployment names', () => {
    expect(
      readSettings({
        AWS_REGION: 'eu-west-1',
        CONTROL_TABLE: 'shop.control',
        ALERT_BUS: 'arn-less/shop_bus.1',
        DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/projector-dead-letters',
      }),
    ).toMatchObject({
      controlTable: 'shop.control',
      alertBus: 'arn-less/shop_bus.1',
      deadLetterQueueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/projector-dead-letters',
    });
  });

  it.each([
    ['CONTROL_TABLE', 'a b'],
    ['CONTROL_TABLE', ''],
    ['ALERT_BUS', 'my bus'],
    ['ALERT_BUS', 'b'.repeat(257)],
    ['DEAD_LETTER_QUEUE_URL', 'projector-dead-letters'],
    ['DEAD_LETTER_QUEUE_URL', ''],
  ])('refuses as %s: "%s"', (name, value) => {
    expect(() => readSettings({ AWS_REGION: 'eu-west-1', [name]: value })).toThrow(name);
  });

  const issuer = { AWS_REGION: 'eu-west-1', TOKEN_ISSUER: 'https://issuer.example.com/', TOKEN_AUDIENCE: 'orders' };

  it("finds the issuer's keys at the usual place, or where it is told", () => {
    expect(readSettings(issuer).token).toEqual({
      issuer: 'https://issuer.example.com/',
      audience: 'orders',
      jwksUrl: 'https://issuer.example.com/.well-known/jwks.json',
      tenantClaim: 'tenant',
    });
    const named = { TOKEN_JWKS_URL: 'https://keys.example.com/jwks', TOKEN_TENANT_CLAIM: 'custom:shop' };
    expect(readSettings({ ...issuer, ...named }).token).toMatchObject({
      jwksUrl: 'https://keys.example.com/jwks',
      tenantClaim: 'custom:shop',
    });
  });

  it.each([
    ['TOKEN_AUDIENCE', undefined],
    ['TOKEN_ISSUER', ''],
    ['TOKEN_TENANT_CLAIM', ''],
    ['TOKEN_JWKS_URL', 'http://keys.example.com/jwks'],
    ['TOKEN_JWKS_URL', 'http://127.0.0.1.example.com/jwks'],
    ['TOKEN_JWKS_URL', 'file:///etc/passwd'],
    ['TOKEN_JWKS_URL', 'keys'],
  ])('refuses as %s: %s', (name, value) => {
    expect(() => readSettings({ ...issuer, [name]: value })).toThrow(name);
  });

  it('has no keys to guess where the issuer is no address', () => {
    expect(() => readSettings({ ...issuer, TOKEN_ISSUER: 'urn:shop' })).toThrow('TOKEN_JWKS_URL');
  });

  const region = { AWS_REGION: 'eu-west-1' };
  const kms = { PERSONAL_DATA_KMS_KEY: 'alias/rejoin-personal-data', PERSONAL_DATA_PAYLOAD_SECRET: 'AQICAHg=' };
  const file = { PERSONAL_DATA_KEY_FILE: '/var/rejoin/keys.json' };

  it('knows who wraps the keys of customers: KMS, or a file', () => {
    expect(readSettings({ ...region, ...kms }).personalData).toEqual({
      kind: 'kms',
      keyId: 'alias/rejoin-personal-data',
      payloadSecret: 'AQICAHg=',
    });
    expect(readSettings({ ...region, ...file }).personalData).toEqual({
      kind: 'key-file',
      path: '/var/rejoin/keys.json',
    });
  });

  it.each([
    ['both', { ...kms, ...file }, 'PERSONAL_DATA_KEY_FILE'],
    ['a key without the secret', { ...kms, PERSONAL_DATA_PAYLOAD_SECRET: undefined }, 'PERSONAL_DATA_PAYLOAD_SECRET'],
    ['a secret without its key', { ...kms, PERSONAL_DATA_KMS_KEY: undefined }, 'PERSONAL_DATA_KMS_KEY'],
    ['a secret that is no base64', { ...kms, PERSONAL_DATA_PAYLOAD_SECRET: '?' }, 'PERSONAL_DATA_PAYLOAD_SECRET'],
    ['an empty secret', { ...kms, PERSONAL_DATA_PAYLOAD_SECRET: '' }, 'PERSONAL_DATA_PAYLOAD_SECRET'],
    ['an empty key', { ...kms, PERSONAL_DATA_KMS_KEY: '' }, 'PERSONAL_DATA_KMS_KEY'],
    ['no path', { PERSONAL_DATA_KEY_FILE: '' }, 'PERSONAL_DATA_KEY_FILE'],
  ])('refuses %s', (_, variables, name) => {
    expect(() => readSettings({ ...region, ...variables })).toThrow(`- ${name}: `);
  });

  it('names every variable that is missing or wrong', () => {
    const read = () => readSettings({ LEDGER_TABLE: 'a b', LEDGER_SHARDS: 'many' });
    expect(read).toThrow(SettingsError);
    for (const name of ['AWS_REGION', 'LEDGER_TABLE', 'LEDGER_SHARDS']) expect(read).toThrow(name);
  });
});
