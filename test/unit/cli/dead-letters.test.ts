import { describe, expect, it } from 'vitest';
import type { PoisonLetter } from '../../../domain/ports/dead-letter-queue.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { createInMemoryDeadLetterQueue } from '../../../infra/in-memory/in-memory-dead-letter-queue.ts';
import type { Projected } from '../../../projections/projector/project-stream.ts';
import { discardLetter, listLetters, showLetter } from '../../../services/cli/commands/dead-letters.ts';
import { type ReplayDeps, replayLetters } from '../../../services/cli/commands/replay-letters.ts';
import { recordIo } from '../../support/command-io.ts';

const poison = (stream: string, rest: Partial<PoisonLetter> = {}): PoisonLetter => ({
  kind: 'poison',
  region: 'us-east-1',
  stream,
  reason: 'TypeError: the fold broke',
  firstSequenceNumber: '1',
  lastSequenceNumber: '2',
  atMs: 1_000,
  ...rest,
});

const shardRange = JSON.stringify({
  requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
  responseContext: { functionError: 'Unhandled' },
  timestamp: '2026-01-01T00:00:00.000Z',
  DDBStreamBatchInfo: {
    shardId: 'shard-1',
    startSequenceNumber: '10',
    endSequenceNumber: '20',
    approximateArrivalOfFirstRecord: '2026-01-01T00:00:00.000Z',
    approximateArrivalOfLastRecord: '2026-01-01T00:00:00.000Z',
    batchSize: 11,
    streamArn: 'arn:stream',
  },
});

const start = async (letters: readonly (PoisonLetter | string)[]) => {
  const queue = createInMemoryDeadLetterQueue();
  for (const letter of letters) await (typeof letter === 'string' ? queue.put(letter) : queue.send(letter));
  const ids: string[] = [];
  for await (const { id } of queue.read()) ids.push(id);
  const left = async () => {
    const texts: string[] = [];
    for await (const { id } of queue.read()) texts.push(id);
    return texts;
  };
  const io = recordIo();
  return { queue, ids, left, ...io, deps: { ...io, queue, nowMs: () => 61_000 } };
};

describe('rejoin dlq', () => {
  it('lists what lies there: id, kind, what it is about, age, reason', async () => {
    const { deps, said, ids } = await start([poison('order/acme/1'), shardRange, 'hello\u001b[31m']);

    expect(await listLetters({ isJson: false }, deps)).toBe(0);

    const lines = said().split('\n');
    expect(lines[0]).toMatch(/^id +kind +stream +age +reason$/);
    expect(lines[1]).toMatch(/^message-1 +poison +order\/acme\/1 +60 s +TypeError: the fold broke$/);
    expect(lines[2]).toMatch(/^message-2 +shard-range +11 records of shard-1 .* RetryAttemptsExhausted, after 3 tries/);
    expect(lines[3]).toMatch(/^message-3 +unknown +hello \[31m$/);
    expect(ids).toHaveLength(3);
  });

  it('lists as one JSON object a letter, without receipts', async () => {
    const { deps, json } = await start([poison('order/acme/1'), 'hello']);
    await listLetters({ isJson: true }, deps);
    expect(json()).toEqual([
      { id: 'message-1', ...poison('order/acme/1') },
      { id: 'message-2', kind: 'unknown', text: 'hello' },
    ]);
  });

  it('says that the queue is empty, and prints nothing', async () => {
    const { deps, said, told } = await start([]);
    expect(await listLetters({ isJson: false }, deps)).toBe(0);
    expect([said(), told()]).toEqual(['', 'The queue is empty.\n']);
  });

  it('shows all of one letter, and leaves it there', async () => {
    const { deps, said, left } = await start([poison('order/acme/1'), poison('order/acme/2')]);
    expect(await showLetter('message-2', deps)).toBe(0);
    expect(JSON.parse(said())).toEqual({ id: 'message-2', ...poison('order/acme/2') });
    expect(await left()).toHaveLength(2);
  });

  it('discards the one letter that is named, and prints what it was', async () => {
    const { deps, said, left } = await start([poison('order/acme/1'), poison('order/acme/2')]);
    expect(await discardLetter('message-1', deps)).toBe(0);
    expect(JSON.parse(said())).toMatchObject({ stream: 'order/acme/1' });
    expect(await left()).toEqual(['message-2']);
  });

  it.each([['show'], ['discard']] as const)('ends with 1 when there is no such letter to %s', async (verb) => {
    const { deps, said, told } = await start([poison('order/acme/1')]);
    expect(await (verb === 'show' ? showLetter : discardLetter)('message-9', deps)).toBe(1);
    expect(said()).toBe('');
    expect(told()).toBe(`rejoin dlq ${verb}: no letter message-9 lies in the queue. See: rejoin dlq list\n`);
  });
});

const projected = (rest: Partial<Projected & { kind: 'projected' }> = {}): Projected =>
  ({ kind: 'projected', damaged: [], rowsReplaced: 1, alerts: [], refolds: 0, ...rest }) as unknown as Projected;

const startReplay = async (letters: readonly (PoisonLetter | string)[], more: Partial<ReplayDeps> = {}) => {
  const started = await start(letters);
  const streams: string[] = [];
  const deps: ReplayDeps = {
    ...started.deps,
    region: 'us-east-1',
    project: async () => projected(),
    streamsOfRange: async () => ({ kind: 'trimmed' }),
    sweep: async () => ({ streams: 7, behind: 2, failures: [] }),
    checkStop: () => undefined,
    ...more,
  };
  const run = (id?: string) =>
    replayLetters(
      { id, isJson: true },
      {
        ...deps,
        project: (stream) => {
          streams.push(stream);
          return deps.project(stream);
        },
      },
    );
  return { ...started, streams, run };
};

describe('rejoin dlq replay', () => {
  it('projects the order of a letter and takes the letter away', async () => {
    const { run, json, left, streams } = await startReplay([poison('order/acme/1'), poison('order/acme/2')]);

    expect(await run('message-2')).toBe(0);

    expect(streams).toEqual(['order/acme/2']);
    expect(json()).toEqual([{ id: 'message-2', stream: 'order/acme/2', outcome: 'replayed', reason: 'projected' }]);
    expect(await left()).toEqual(['message-1']);
  });

  it('projects an order once, however many letters are about it', async () => {
    const { run, left, streams } = await startReplay([poison('order/acme/1'), poison('order/acme/1')]);
    expect(await run()).toBe(0);
    expect(streams).toEqual(['order/acme/1']);
    expect(await left()).toEqual([]);
  });

  it('keeps what fails again, with the new reason, and goes on with the others', async () => {
    const { run, json, left } = await startReplay([poison('order/acme/1'), poison('order/acme/2')], {
      project: async (stream) => {
        if (stream === 'order/acme/1') throw new LedgerFault('outdated', 'a row was folded by newer code');
        return projected();
      },
    });

    expect(await run()).toBe(1);

    expect(json()).toEqual([
      {
        id: 'message-1',
        stream: 'order/acme/1',
        outcome: 'kept',
        reason: 'failed again: a row was folded by newer code',
      },
      expect.objectContaining({ id: 'message-2', outcome: 'replayed' }),
    ]);
    expect(await left()).toEqual(['message-1']);
  });

  it.each([
    ['of another region', poison('order/acme/1', { region: 'eu-west-1' }), 'a letter of eu-west-1: replay it there'],
    ['that is none of ours', 'hello', 'no letter of Rejoin: see rejoin dlq show, then discard it'],
  ])('keeps a letter %s', async (_, letter, reason) => {
    const { run, json, left, streams } = await startReplay([letter]);
    expect(await run()).toBe(1);
    expect(json()).toEqual([expect.objectContaining({ outcome: 'kept', reason })]);
    expect([await left(), streams]).toEqual([['message-1'], []]);
  });

  it('keeps a letter about an order of which nothing readable is here', async () => {
    const { run, json } = await startReplay([poison('order/acme/1'), poison('order/acme/2')], {
      project: async (stream) => ({
        kind: 'empty',
        damaged: stream === 'order/acme/1' ? [{ position: 'us-east-1/0000000001', reason: 'x' }] : [],
      }),
    });
    expect(await run()).toBe(1);
    expect(json().map((it) => (it as { reason: string }).reason)).toEqual([
      'none of its 1 items is an entry: see rejoin repair',
      'this region holds nothing of it',
    ]);
  });

  it('replays a range of the stream by the orders that it rings for', async () => {
    const { run, json, left, streams } = await startReplay([shardRange], {
      streamsOfRange: async () => ({ kind: 'read', streams: ['order/acme/1', 'order/acme/2'] }),
    });
    expect(await run()).toBe(0);
    expect(streams).toEqual(['order/acme/1', 'order/acme/2']);
    expect(json()).toEqual([{ id: 'message-1', outcome: 'replayed', reason: '2 orders of its range' }]);
    expect(await left()).toEqual([]);
  });

  it('keeps a range while one of its orders fails', async () => {
    const { run, json, left } = await startReplay([shardRange], {
      streamsOfRange: async () => ({ kind: 'read', streams: ['order/acme/1', 'order/acme/2'] }),
      project: async (stream) => {
        if (stream === 'order/acme/2') throw new LedgerFault('unavailable', 'no answer');
        return projected();
      },
    });
    expect(await run()).toBe(1);
    expect(json()).toMatchObject([{ outcome: 'kept', reason: 'order/acme/2: no answer' }]);
    expect(await left()).toHaveLength(1);
  });

  it('does not keep a range for an order of which nothing is left', async () => {
    const { run, left } = await startReplay([shardRange], {
      streamsOfRange: async () => ({ kind: 'read', streams: ['order/acme/1'] }),
      project: async () => ({ kind: 'empty', damaged: [] }),
    });
    expect(await run()).toBe(0);
    expect(await left()).toEqual([]);
  });

  it('keeps a range that cannot be read, and goes on', async () => {
    const { run, json, left } = await startReplay([shardRange, poison('order/acme/1')], {
      streamsOfRange: async () => {
        throw new LedgerFault('unavailable', 'no answer');
      },
    });
    expect(await run()).toBe(1);
    expect(json()).toMatchObject([{ outcome: 'kept', reason: 'no answer' }, { outcome: 'replayed' }]);
    expect(await left()).toEqual(['message-1']);
  });

  it('compares the whole ledger, once, where the stream has forgotten the ranges', async () => {
    let sweeps = 0;
    const { run, json, told, left } = await startReplay([shardRange, shardRange], {
      sweep: async (onProgress) => {
        sweeps++;
        const swept = { streams: 7, behind: 2, failures: [] };
        onProgress(swept);
        return swept;
      },
    });

    expect(await run()).toBe(0);

    expect(sweeps).toBe(1);
    expect(told()).toContain('entries of a healed partition come late with old ids');
    expect(json()[0]).toMatchObject({
      outcome: 'replayed',
      reason: 'its range is forgotten: 7 orders compared, 2 were behind',
    });
    expect(await left()).toEqual([]);
  });

  it('keeps a forgotten range when an order could not be brought up to date', async () => {
    const { run, json, left } = await startReplay([shardRange], {
      sweep: async () => ({
        streams: 7,
        behind: 2,
        failures: [{ stream: 'order/acme/3', error: new LedgerFault('unavailable', 'no answer') }],
      }),
    });
    expect(await run()).toBe(1);
    expect(json()).toMatchObject([{ outcome: 'kept', reason: expect.stringContaining('order/acme/3: no answer') }]);
    expect(await left()).toHaveLength(1);
  });

  it('stops between two letters when it is told to', async () => {
    let asked = 0;
    const { run, left } = await startReplay([poison('order/acme/1'), poison('order/acme/2')], {
      checkStop: () => {
        if (++asked > 1) throw new Error('stopped');
      },
    });
    await expect(run()).rejects.toThrow('stopped');
    expect(await left()).toEqual(['message-2']);
  });

  it('ends with 1 when there is no such letter, and with 0 when the queue is empty', async () => {
    const some = await startReplay([poison('order/acme/1')]);
    expect(await some.run('message-9')).toBe(1);
    expect(some.told()).toContain('rejoin dlq replay: no letter message-9');
    const none = await startReplay([]);
    expect(await none.run()).toBe(0);
    expect(none.told()).toBe('The queue is empty.\n');
  });
});
