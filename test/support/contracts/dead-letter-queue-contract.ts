/** What every dead-letter queue keeps, whatever lies behind it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeadLetterQueue, PoisonLetter, QueuedLetter } from '../../../domain/ports/dead-letter-queue.ts';
import { collect } from '../collect.ts';

export interface DeadLetterQueueUnderTest {
  readonly queue: DeadLetterQueue;
  /** Puts any text there, as somebody else would. */
  readonly put: (text: string) => Promise<void>;
}

/** `open` gives an empty queue each time. */
export const deadLetterQueueContract = (
  name: string,
  open: () => Promise<DeadLetterQueueUnderTest>,
  { runs }: { readonly runs: number },
): void => {
  describe(`${name} as a dead-letter queue`, () => {
    it('gives back what was sent, as often as it is read', async () => {
      const { queue } = await open();
      await queue.send(poison(1));

      expect(lettersOf(await collect(queue.read()))).toEqual([poison(1)]);
      expect(lettersOf(await collect(queue.read()))).toEqual([poison(1)]);
    });

    it('is empty before anything was sent', async () => {
      const { queue } = await open();

      expect(await collect(queue.read())).toEqual([]);
    });

    it('yields every letter once, also when there are many', async () => {
      const { queue } = await open();
      const sent = Array.from({ length: 43 }, (_, i) => poison(i + 1));
      for (const letter of sent) await queue.send(letter);

      const read = await collect(queue.read());

      expect(lettersOf(read)).toEqual(sent);
      expect(new Set(read.map(({ id }) => id)).size).toBe(43);
    });

    it('keeps every letter when a reader stops early', async () => {
      const { queue } = await open();
      for (let i = 1; i <= 12; i++) await queue.send(poison(i));

      for await (const _ of queue.read()) break;

      expect(await collect(queue.read())).toHaveLength(12);
    });

    it('removes letters while they are read, and no others', async () => {
      const { queue } = await open();
      for (let i = 1; i <= 25; i++) await queue.send(poison(i));

      for await (const letter of queue.read()) if (isEven(letter)) await queue.remove(letter);

      const left = await collect(queue.read());
      expect(left).toHaveLength(13);
      expect(left.some(isEven)).toBe(false);
    });

    it('removes letters after they were read', async () => {
      const { queue } = await open();
      for (let i = 1; i <= 12; i++) await queue.send(poison(i));
      const read = await collect(queue.read());

      for (const letter of read.filter(isEven)) await queue.remove(letter);

      const left = await collect(queue.read());
      expect(left).toHaveLength(6);
      expect(left.some(isEven)).toBe(false);
    });

    it('removes a letter that a reader found and stopped at', async () => {
      const { queue } = await open();
      for (let i = 1; i <= 12; i++) await queue.send(poison(i));
      let found: QueuedLetter | undefined;
      for await (const letter of queue.read()) {
        found = letter;
        if (isEven(letter)) break;
      }

      if (found) await queue.remove(found);

      expect((await collect(queue.read())).map(({ id }) => id)).not.toContain(found?.id);
      expect(await collect(queue.read())).toHaveLength(11);
    });

    it('says so when the letter to remove is not there', async () => {
      const { queue } = await open();
      await queue.send(poison(1));
      const [letter] = await collect(queue.read());
      if (!letter) throw new Error('the letter is there');
      await queue.remove(letter);

      await expect(queue.remove(letter)).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('reads the record that Lambda leaves of a batch that it gave up on', async () => {
      const { queue, put } = await open();
      await put(JSON.stringify(onFailureRecord));

      const [letter] = await collect(queue.read());

      expect(letter?.letter).toEqual({
        kind: 'shard-range',
        reason: 'RetryAttemptsExhausted, after 21 tries, Unhandled',
        streamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/ledger/stream/2026-01-02T03:04:05.678',
        shardId: 'shardId-00000001573689847184-864758bb',
        firstSequenceNumber: '800000000003126276362',
        lastSequenceNumber: '800000000003126276399',
        firstArrivedAtMs: Date.parse('2026-11-14T00:13:19Z'),
        lastArrivedAtMs: Date.parse('2026-11-14T00:13:21Z'),
        records: 38,
        atMs: Date.parse('2026-11-14T00:13:49.717Z'),
      });
    });

    it('reads that record also where the function was never invoked', async () => {
      const { queue, put } = await open();
      const { responseContext: _, ...record } = onFailureRecord;
      await put(JSON.stringify({ ...record, requestContext: { condition: 'RecordAgeExceeded' } }));

      expect(lettersOf(await collect(queue.read()))).toMatchObject([
        { kind: 'shard-range', reason: 'RecordAgeExceeded' },
      ]);
    });

    it.each([
      ['no JSON', 'hello'],
      ['a number', '7'],
      ['null', 'null'],
      ['a list', '[]'],
      ['an object', '{}'],
      ['a letter without its stream', JSON.stringify({ ...poison(1), stream: undefined })],
      ['a letter of another kind', JSON.stringify({ ...poison(1), kind: 'elixir' })],
      ["Lambda's record of another source", JSON.stringify({ ...onFailureRecord, DDBStreamBatchInfo: undefined })],
      ["Lambda's record of no time", JSON.stringify({ ...onFailureRecord, timestamp: 'yesterday' })],
    ])('shows the text of %s, which is no letter, and removes it', async (_, text) => {
      const { queue, put } = await open();
      await put(text);
      await queue.send(poison(1));

      const read = await collect(queue.read());
      expect(read.map((it) => [it.letter, it.text])).toContainEqual([undefined, text]);
      for (const letter of read) if (!letter.letter) await queue.remove(letter);

      expect(lettersOf(await collect(queue.read()))).toEqual([poison(1)]);
    });

    it('keeps any reason, whatever characters it has', async () => {
      const { queue } = await open();
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 50 }), async (text) => {
          const reason = `${text}\u0000\uFFFE\uFFFF\uD800`;
          await queue.send({ ...poison(1), reason });
          const read = await collect(queue.read());
          for (const letter of read) await queue.remove(letter);
          expect(lettersOf(read)).toEqual([{ ...poison(1), reason }]);
        }),
        { numRuns: runs },
      );
    });

    it('cuts a reason that would not fit', async () => {
      const { queue } = await open();
      await queue.send({ ...poison(1), reason: 'why '.repeat(1_000_000) });

      expect(lettersOf(await collect(queue.read()))).toMatchObject([
        { stream: 'order/acme/1', reason: expect.stringMatching(/^(why )+$/) },
      ]);
    });
  });
};

const poison = (i: number): PoisonLetter => ({
  kind: 'poison',
  region: 'us-east-1',
  stream: `order/acme/${i}`,
  reason: 'the row does not fit',
  firstSequenceNumber: String(100 + i),
  lastSequenceNumber: String(200 + i),
  atMs: 1_794_000_000_000 + i,
});

const isEven = ({ letter }: QueuedLetter): boolean => letter?.kind === 'poison' && letter.atMs % 2 === 0;

const lettersOf = (read: readonly QueuedLetter[]) => read.map(({ letter }) => letter);

/** As the AWS Lambda guide shows it. */
export const onFailureRecord = {
  requestContext: {
    requestId: '316aa6d0-8154-xmpl-9af7-85d5f4a6bc81',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:projector',
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 21,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: '2026-11-14T00:13:49.717Z',
  DDBStreamBatchInfo: {
    shardId: 'shardId-00000001573689847184-864758bb',
    startSequenceNumber: '800000000003126276362',
    endSequenceNumber: '800000000003126276399',
    approximateArrivalOfFirstRecord: '2026-11-14T00:13:19Z',
    approximateArrivalOfLastRecord: '2026-11-14T00:13:21Z',
    batchSize: 38,
    streamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/ledger/stream/2026-01-02T03:04:05.678',
  },
};
