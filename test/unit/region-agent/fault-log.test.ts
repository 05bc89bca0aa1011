import { describe, expect, it } from 'vitest';
import { createFaultLog } from '../../../services/region-agent/fault-log.ts';

const setUp = () => {
  const said: string[] = [];
  let nowMs = 1_000_000;
  const log = createFaultLog({
    warn: (message, error) => said.push(`${message} (${error.message})`),
    clock: { nowMs: () => nowMs },
  });
  return { log, said, pass: (ms: number) => (nowMs += ms) };
};

describe('the fault log of an agent', () => {
  it('says once a minute and part what a beat could not do', () => {
    const { log, said, pass } = setUp();

    for (let second = 0; second < 120; second++) {
      log('witness', new Error('no answer'));
      if (second === 30) log('plans', 'torn');
      pass(1_000);
    }

    expect(said).toEqual([
      'a beat had to do without: witness (no answer)',
      'a beat had to do without: plans (torn)',
      'a beat had to do without: witness (no answer)',
    ]);
  });

  it('is not silenced by a clock that went back', () => {
    const { log, said, pass } = setUp();

    log('witness', new Error('no answer'));
    pass(-600_000);
    log('witness', new Error('no answer'));

    expect(said).toHaveLength(2);
  });
});
