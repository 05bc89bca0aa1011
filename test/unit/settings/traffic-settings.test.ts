import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/settings/settings.ts';

const trafficOf = (env: Readonly<Record<string, string>>) => readSettings({ AWS_REGION: 'eu-west-1', ...env }).traffic;

describe('the settings of the traffic', () => {
  it('are periods of a minute, or what a deployment says', () => {
    expect(trafficOf({})).toEqual({ periodSeconds: 60 });
    expect(trafficOf({ TRAFFIC_PERIOD_SECONDS: '5' })).toEqual({ periodSeconds: 5 });
  });

  it('are none where the period is 0', () => {
    expect(trafficOf({ TRAFFIC_PERIOD_SECONDS: '0' })).toBeUndefined();
  });

  it.each(['', '-5', '7', '2', '120', '600', '1e1', 'often'])('refuse "%s", which is no period', (period) => {
    expect(() => trafficOf({ TRAFFIC_PERIOD_SECONDS: period })).toThrow('TRAFFIC_PERIOD_SECONDS');
  });
});
