import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/settings/settings.ts';

const read = (PEERS?: string) => readSettings({ AWS_REGION: 'eu-west-1', PRIMARY_REGION: 'eu-west-1', PEERS }).peers;

describe('the setting PEERS', () => {
  it('names no other region where it is absent or empty', () => {
    expect(read()).toEqual([]);
    expect(read('')).toEqual([]);
  });

  it('names regions, and where one is to be found in a world', () => {
    expect(read('us-east-1, ap-south-1')).toEqual([{ region: 'us-east-1' }, { region: 'ap-south-1' }]);
    expect(read('us-east-1=http://127.0.0.1:4000/a=b')).toEqual([
      { region: 'us-east-1', endpoint: 'http://127.0.0.1:4000/a=b' },
    ]);
  });

  it.each([
    'eu-west-1',
    'us-east-1,eu-west-1',
    'us-east-1,us-east-1',
    'us-east-1,',
    'US',
    'us-east-1=',
    'us-east-1=here',
    '=http://127.0.0.1',
  ])('is refused as "%s"', (text) => {
    expect(() => read(text)).toThrow('PEERS');
  });
});
