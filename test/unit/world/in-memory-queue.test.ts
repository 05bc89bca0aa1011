import { describe, expect, it } from 'vitest';
import { createInMemoryQueue } from '../../../infra/world/in-memory-queue.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const setUp = (receivesMax = 3) => {
  const time = createVirtualTime(Date.UTC(2026, 10, 21));
  const deadLetters: string[] = [];
  const queue = createInMemoryQueue({
    definition: {
      name: 'reviews',
      visibilityTimeoutSeconds: 60,
      redrive: { deadLetterQueue: 'review-dead-letters', receivesMax },
    },
    region: 'us-east-1',
    clock: time.clock,
    onDeadLetter: (body) => deadLetters.push(body),
  });
  const bodies = async () => (await queue.receive()).map(({ body }) => JSON.parse(body));
  return { queue, bodies, deadLetters, ...time };
};

describe('a queue in memory', () => {
  it('gives messages in batches of ten, and each only once while it is hidden', async () => {
    const { queue, bodies } = setUp();
    for (let i = 0; i < 12; i++) queue.send(i);
    expect(await bodies()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await bodies()).toEqual([10, 11]);
    expect(await bodies()).toEqual([]);
  });

  it('gives a message again after its visibility timeout, unless it was removed', async () => {
    const { queue, bodies, sleep } = setUp();
    queue.send('kept');
    queue.send('removed');
    const records = await queue.receive();
    await queue.remove(records.filter(({ body }) => body === '"removed"'));
    await sleep(59_999);
    expect(await bodies()).toEqual([]);
    await sleep(1);
    expect(await bodies()).toEqual(['kept']);
  });

  it('does not remove by an old receipt what somebody else has in hand', async () => {
    const { queue, bodies, sleep } = setUp();
    queue.send('slow');
    const first = await queue.receive();
    await sleep(60_000);
    expect((await queue.receive())[0]?.attributes.ApproximateReceiveCount).toBe('2');
    await queue.remove(first);
    await sleep(60_000);
    expect(await bodies()).toEqual(['slow']);
  });

  it('lays aside what was received as often as its queue allows', async () => {
    const { queue, bodies, deadLetters, sleep } = setUp(2);
    queue.send('bad');
    for (const seen of [['bad'], ['bad'], []]) {
      expect(await bodies()).toEqual(seen);
      await sleep(60_000);
    }
    expect(deadLetters).toEqual(['"bad"']);
    expect(await bodies()).toEqual([]);
  });
});
