import { describe, expect, it } from 'vitest';
import { oncePerStream } from '../../../projections/projector/once-per-stream.ts';

describe('once per stream', () => {
  it('works on few streams at a time, and on each of them', async () => {
    let running = 0;
    let runningMost = 0;
    const done: string[] = [];
    const work = oncePerStream(async (stream) => {
      running++;
      runningMost = Math.max(runningMost, running);
      await new Promise(setImmediate);
      running--;
      done.push(stream);
    }, 3);
    const streams = Array.from({ length: 20 }, (_, i) => `order/acme/${i}`);

    await Promise.all([...streams, ...streams].map(work));

    expect(runningMost).toBe(3);
    expect(done.sort()).toEqual([...streams].sort());
  });

  it('gives everybody who rang for a stream its outcome', async () => {
    let works = 0;
    const work = oncePerStream(async (stream) => `${stream} ${++works}`, 1);

    expect(await Promise.all(['a', 'b', 'a'].map(work))).toEqual(['a 1', 'b 2', 'a 1']);
  });

  it('frees the place of work that failed', async () => {
    const work = oncePerStream(async (stream) => {
      if (stream !== 'good') throw new Error('no');
    }, 1);

    const outcomes = await Promise.allSettled(['bad', 'worse', 'good'].map(work));

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
