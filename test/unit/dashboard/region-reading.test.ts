import { describe, expect, it } from 'vitest';
import { Problem, toProblem } from '../../../services/dashboard/page/api/problem.ts';
import { reachOf } from '../../../services/dashboard/page/model/region-reading.ts';
import { SignedOut } from '../../../services/dashboard/page/session/session.ts';

const failed = (status: number, type?: string) => ({
  value: 'an older answer',
  problem: new Problem({ status, type, title: 'It failed' }),
});

describe('whether a region answers', () => {
  it('is not known before it has', () => {
    expect(reachOf({ value: undefined, problem: undefined })).toBe('asking');
    expect(reachOf({ value: null, problem: undefined })).toBe('answering');
  });

  it('is denied where nothing came, or an error of its own', () => {
    for (const status of [0, 500, 503]) expect(reachOf(failed(status))).toBe('not-answering');
  });

  it('is affirmed by an answer that says no', () => {
    for (const status of [403, 404, 429]) expect(reachOf(failed(status))).toBe('answering');
  });

  it('is nothing that an ended session tells of', () => {
    expect(reachOf({ value: 'an older answer', problem: toProblem(new SignedOut()) })).toBe('asking');
    expect(reachOf(failed(401, 'urn:rejoin:problem:not-authenticated'))).toBe('asking');
  });
});
