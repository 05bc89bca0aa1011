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
      defaultTenant: 'default',
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

  it('names every variable that is missing or wrong', () => {
    const read = () => readSettings({ LEDGER_TABLE: 'a b', LEDGER_SHARDS: 'many', DEFAULT_TENANT: '../' });
    expect(read).toThrow(SettingsError);
    for (const name of ['AWS_REGION', 'LEDGER_TABLE', 'LEDGER_SHARDS', 'DEFAULT_TENANT']) expect(read).toThrow(name);
  });
});
