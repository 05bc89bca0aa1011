import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/settings/settings.ts';

const rateLimitOf = (env: Readonly<Record<string, string>>) =>
  readSettings({ AWS_REGION: 'eu-west-1', ...env }).rateLimit;

describe('the settings of the rate limit', () => {
  it('are a hundred requests a second and two hundred at once, or what a deployment says', () => {
    expect(rateLimitOf({})).toEqual({ perSecond: 100, burst: 200 });
    expect(rateLimitOf({ RATE_PER_SECOND: '0.5', RATE_BURST: '5' })).toEqual({ perSecond: 0.5, burst: 5 });
  });

  it('are no limit where the rate is 0', () => {
    expect(rateLimitOf({ RATE_PER_SECOND: '0' })).toBeUndefined();
  });

  it.each([
    ['RATE_PER_SECOND', ''],
    ['RATE_PER_SECOND', '-1'],
    ['RATE_PER_SECOND', '1e3'],
    ['RATE_PER_SECOND', 'Infinity'],
    ['RATE_PER_SECOND', '9999999'],
    ['RATE_BURST', ''],
    ['RATE_BURST', '0'],
    ['RATE_BURST', '0.9'],
    ['RATE_BURST', 'many'],
  ])('refuse as %s: "%s"', (name, value) => {
    expect(() => rateLimitOf({ [name]: value })).toThrow(name);
  });
});
