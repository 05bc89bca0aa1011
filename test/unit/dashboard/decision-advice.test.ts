import { describe, expect, it } from 'vitest';
import { toProblem as pageProblem } from '../../../services/dashboard/page/api/problem.ts';
import { adviseOn, type DecisionProblem } from '../../../services/dashboard/page/model/decision-advice.ts';
import { SignedOut } from '../../../services/dashboard/page/session/session.ts';
import { type ApiRefusal, toProblem } from '../../../services/order-api/http-problem.ts';

const place = { region: 'eu-west-1', regions: ['us-east-1', 'eu-west-1'] };

/** As the API says it, and as it comes in at the page. */
const said = (refusal: ApiRefusal): DecisionProblem => {
  const { type, status, title: _, detail: __, ...extensions } = toProblem(refusal).problem;
  return { type, status, extensions };
};

const notAdmitted = (reason: 'isolated' | 'not-in-plan' | 'no-lease', primary = 'us-east-1') =>
  said({ kind: 'not-admitted', reason, primary, primaryUrl: undefined, seen: {} } as ApiRefusal);

describe('what to do when a decision was not taken', () => {
  it('is to read and decide in the region that takes decisions', () => {
    expect(adviseOn(notAdmitted('isolated'), place)).toMatchObject({
      step: { there: 'us-east-1' },
      text: expect.stringContaining('us-east-1 takes the decisions'),
    });
    expect(adviseOn(notAdmitted('not-in-plan'), place)).toMatchObject({ step: { there: 'us-east-1' } });
  });

  it('is to wait where nobody else may decide, or this page cannot reach who does', () => {
    expect(adviseOn(notAdmitted('no-lease'), place).step).toBe('again');
    expect(adviseOn(notAdmitted('isolated', 'eu-west-1'), place).step).toBe('again');
    expect(adviseOn(notAdmitted('isolated', 'ap-south-1'), place)).toMatchObject({
      step: 'none',
      text: expect.stringContaining('ap-south-1'),
    });
  });

  it('is to send the same again while nobody knows whether it was stored', () => {
    const noAnswer: DecisionProblem = { status: 0, type: 'about:blank', extensions: {} };
    for (const problem of [noAnswer, { ...noAnswer, status: 502 }, said({ kind: 'ledger-unavailable' })]) {
      const { text, step } = adviseOn(problem, place);
      expect(step).toBe('again');
      expect(text).toContain('stored only once');
    }
  });

  it('is to look at what has changed once the order has moved on', () => {
    const problem = said({ kind: 'not-current', token: 'us-east-1:5', seen: {} } as ApiRefusal);
    expect(adviseOn(problem, place)).toMatchObject({
      step: 'look',
      text: expect.stringContaining('Nothing was stored'),
    });
  });

  it('names the scope that is missing', () => {
    const { text } = adviseOn(said({ kind: 'not-allowed', scope: 'reviews:decide' }), place);
    expect(text).toContain('reviews:decide');
  });

  it('is to sign in again once the session has ended', () => {
    for (const problem of [said({ kind: 'not-authenticated', reason: 'expired' }), pageProblem(new SignedOut())])
      expect(adviseOn(problem, place)).toMatchObject({ step: 'again', text: expect.stringContaining('Sign in again') });
  });

  it('says of any refusal that nothing was stored', () => {
    const refused = [
      said({ kind: 'case-withdrawn', caseId: 'c', seen: {} }),
      said({ kind: 'unknown-case', caseId: 'c' }),
      said({ kind: 'busy', tries: 5, seen: {} } as ApiRefusal),
      said({ kind: 'too-many-requests', retryAfterSeconds: 1 } as ApiRefusal),
      said({ kind: 'part-not-closed', position: 'eu-west-1/0000000003', seen: {} } as ApiRefusal),
      { status: 409, type: 'urn:rejoin:problem:one-that-comes-later', extensions: {} },
    ];
    for (const problem of refused) expect(adviseOn(problem, place).text).toMatch(/^Nothing was stored/);
  });
});
