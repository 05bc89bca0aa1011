import { describe, expect, it } from 'vitest';
import { untilReplicated } from '../../../infra/world/play/until-replicated.ts';

/** A clock that moves only when somebody sleeps. */
const wait = async (isThere: (nowMs: number) => boolean, writtenAtMs = 0) => {
  let nowMs = 0;
  let asked = 0;
  const arrived = await untilReplicated({
    isThere: async () => {
      asked++;
      return isThere(nowMs);
    },
    writtenAtMs,
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
  });
  return { arrived, asked, nowMs };
};

describe('waiting for replication', () => {
  it('asks once where the answer had time to become yes', async () => {
    expect(await wait((nowMs) => nowMs >= 200)).toEqual({ arrived: true, asked: 1, nowMs: 250 });
  });

  it('asks at once where the write is long past', async () => {
    expect(await wait(() => true, -10_000)).toMatchObject({ asked: 1, nowMs: 0 });
  });

  it('asks less and less often', async () => {
    const { arrived, asked } = await wait((nowMs) => nowMs >= 5_000);
    expect(arrived).toBe(true);
    expect(asked).toBeLessThan(14);
  });

  it('asks on when a replica does not answer', async () => {
    const failing = (nowMs: number) => {
      if (nowMs < 1_000) throw new Error('unavailable');
      return true;
    };
    expect((await wait(failing)).arrived).toBe(true);
  });

  it('gives up in the end', async () => {
    const { arrived, nowMs } = await wait(() => false);
    expect(arrived).toBe(false);
    expect(nowMs).toBeLessThan(30_000);
  });
});
