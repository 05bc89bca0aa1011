import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/settings/settings.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:rejoin-review';
const machine = { REVIEW_STATE_MACHINE_ARN: stateMachineArn };

const reviewOf = (env: Readonly<Record<string, string>>) => readSettings({ AWS_REGION: 'eu-west-1', ...env }).review;

describe('the settings of the review', () => {
  it('are not there where there is no state machine: only the review needs them', () => {
    expect(reviewOf({ REVIEW_TAKEOVER_SECONDS: '60' })).toBeUndefined();
  });

  it("leave the grace periods to the lifecycle and a silent region's cases to it for ten minutes", () => {
    expect(reviewOf(machine)).toEqual({ stateMachineArn, graceMs: {}, takeoverMs: 600_000 });
    expect(reviewOf({ ...machine, REVIEW_GRACE_SECONDS: '' })).toMatchObject({ graceMs: {} });
  });

  it('take a grace period by reason, or one for all', () => {
    const grace = (text: string) => reviewOf({ ...machine, REVIEW_GRACE_SECONDS: text })?.graceMs;
    expect(grace('contested=2, illegal=0.5')).toEqual({ contested: 2_000, illegal: 500 });
    expect(grace('3')).toEqual({
      contested: 3_000,
      illegal: 3_000,
      'key-reused': 3_000,
      ambiguous: 3_000,
      'field-disputed': 3_000,
      'resolutions-differ': 3_000,
    });
    expect(grace('0')).toMatchObject({ contested: 0 });
  });

  it('take how long a region has to be silent', () => {
    expect(reviewOf({ ...machine, REVIEW_TAKEOVER_SECONDS: '5' })).toMatchObject({ takeoverMs: 5_000 });
  });

  it.each([
    ['REVIEW_STATE_MACHINE_ARN', ''],
    ['REVIEW_STATE_MACHINE_ARN', 'rejoin-review'],
    ['REVIEW_STATE_MACHINE_ARN', 'arn:aws:states:eu-west-1:123456789012:execution:rejoin-review:x'],
    ['REVIEW_GRACE_SECONDS', '-1'],
    ['REVIEW_GRACE_SECONDS', 'soon'],
    ['REVIEW_GRACE_SECONDS', 'contested'],
    ['REVIEW_GRACE_SECONDS', 'contested='],
    ['REVIEW_GRACE_SECONDS', 'contested=1,contested=2'],
    ['REVIEW_GRACE_SECONDS', 'contested=1,'],
    ['REVIEW_GRACE_SECONDS', 'constructor=1'],
    ['REVIEW_GRACE_SECONDS', 'contested=99999999'],
    ['REVIEW_TAKEOVER_SECONDS', ''],
    ['REVIEW_TAKEOVER_SECONDS', '4'],
    ['REVIEW_TAKEOVER_SECONDS', '1e3'],
  ])('refuse as %s: "%s"', (name, value) => {
    expect(() => reviewOf({ ...machine, [name]: value })).toThrow(name);
  });
});
