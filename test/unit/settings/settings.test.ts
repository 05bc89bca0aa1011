import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../../infra/settings/settings.ts';

describe('settings', () => {
  it('needs nothing but the region that Lambda sets', () => {
    expect(readSettings({ AWS_REGION: 'eu-west-1', HOME: '/root' })).toEqual({
      region: 'eu-west-1',
      ledgerTable: 'ledger',
      viewsTable: 'views',
      consistency: 'eventual',
      ledgerShards: 16,
      defaultTenant: 'default',
    });
  });

  it('names every variable that is missing or wrong', () => {
    const read = () => readSettings({ LEDGER_TABLE: 'a b', LEDGER_SHARDS: 'many', DEFAULT_TENANT: '../' });
    expect(read).toThrow(SettingsError);
    for (const name of ['AWS_REGION', 'LEDGER_TABLE', 'LEDGER_SHARDS', 'DEFAULT_TENANT']) expect(read).toThrow(name);
  });
});
