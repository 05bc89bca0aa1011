import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { foldCommand } from '../../../services/cli/commands/fold.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';

const run = async (input: string, spillChars?: number) => {
  const said = { output: '', errors: '' };
  const sink = (name: 'output' | 'errors') =>
    new Writable({
      write: (chunk, _, done) => {
        said[name] += chunk;
        done();
      },
    });
  const code = await foldCommand({
    input: Readable.from([input]),
    output: sink('output'),
    errors: sink('errors'),
    lifecycle: retail,
    sha256,
    ...(spillChars !== undefined && { spillChars }),
  });
  return {
    code,
    ...said,
    lines: said.output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
};

const splitBrain = (stream: string) => {
  const ledger = createLedger({ stream });
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  us.append(placed());
  us.append(paid(9980));
  ledger.replicateAll();
  us.append(packed());
  us.append(shipped());
  eu.append(cancelled());
  return ledger.entries();
};

const ndjson = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

describe('rejoin fold', () => {
  it('prints one line a stream, sorted by stream, whatever the order of the input', async () => {
    const entries = [...splitBrain('order/acme/2'), ...splitBrain('order/acme/1')];
    const { code, lines, output } = await run(ndjson(entries));
    expect(code).toBe(0);
    expect(lines.map(({ stream }) => stream)).toEqual(['order/acme/1', 'order/acme/2']);
    expect(lines[0]).toMatchObject({
      status: 'shipped',
      class: 'review',
      cut: { 'eu-west-1': 1, 'us-east-1': 4 },
      rejected: [entries[4]?.id],
      duplicates: [],
      pending: [],
      ambiguous: false,
      money: { captured: 9980, refunded: 0 },
      provisional: true,
    });
    expect((await run(ndjson([...entries].reverse()))).output).toBe(output);
  });

  it('computes the hash of entries that come without hash, parents, recordedAt and actor', async () => {
    const bare = splitBrain('order/acme/1').map(({ hash: _, parents: __, recordedAt: ___, ...entry }) => entry);
    const { code, lines } = await run(ndjson(bare));
    expect(code).toBe(0);
    expect(lines[0].status).toBe('shipped');
  });

  it('gives the same answer when the input no longer fits the memory that it may use', async () => {
    const entries = Array.from({ length: 50 }, (_, i) => splitBrain(`order/acme/${i}`)).flat();
    const shuffled = entries.map((entry, i) => entries[(i * 37) % entries.length] ?? entry);
    const { output } = await run(ndjson(entries));
    expect((await run(ndjson(shuffled), 2000)).output).toBe(output);
  });

  it('keeps an unknown event type: the entry is voided, the rest is folded', async () => {
    const entries = splitBrain('order/acme/1').map((entry, i) =>
      i === 2
        ? { ...entry, hash: undefined, events: entry.events.map((event) => ({ ...event, type: 'OrderTeleported' })) }
        : entry,
    );
    const { code, lines } = await run(ndjson(entries));
    expect(code).toBe(0);
    expect(lines[0].voided).toEqual([entries[2]?.id]);
    expect(lines[0].status).toBe('shipped');
  });

  it.each([
    ['broken JSON', '{"stream":', 'line 2: not JSON'],
    ['no object', '[1]', 'line 2: not a JSON object'],
    ['a missing field', '{"stream":"order/acme/1"}', 'line 2: position:'],
  ])('refuses a line with %s by its number, and prints nothing else', async (_, badLine, message) => {
    const [good] = splitBrain('order/acme/1');
    const { code, output, errors } = await run(`${JSON.stringify(good)}\n${badLine}\n`);
    expect(code).toBe(2);
    expect(errors).toContain(message);
    expect(output).toBe('');
  });

  it.each([
    ['a position of another number', { seq: 7 }, 'seq'],
    ['another tenant', { tenant: 'other' }, 'tenant'],
    ['a foreign stream', { stream: 'plan/acme/1' }, 'stream'],
    ['an id that is no ULID', { id: 'x' }, 'id'],
    ['a seen of itself', { seen: { 'us-east-1': 1 } }, 'seen'],
    ['no events', { events: [] }, 'events'],
    ['an unknown property', { admin: true }, 'admin'],
  ])('refuses an entry with %s', async (_, change, place) => {
    const [good] = splitBrain('order/acme/1');
    const { code, errors, output } = await run(ndjson([{ ...good, ...change }]));
    expect(code).toBe(2);
    expect(errors).toMatch(/^rejoin fold: line 1: /);
    expect(errors).toContain(place);
    expect(output).toBe('');
  });

  it('says now and then how many lines it has read', async () => {
    const lines: number[] = [];
    const blank = new Writable({ write: (_, __, done) => done() });
    const input = Readable.from(['\n'.repeat(120_000)]);
    const onProgress = (count: number) => lines.push(count);
    await foldCommand({ input, output: blank, errors: blank, lifecycle: retail, sha256, onProgress });
    expect(lines).toEqual([50_000, 100_000]);
  });

  it('prints nothing for no input', async () => {
    expect(await run('')).toMatchObject({ code: 0, output: '', errors: '' });
  });
});
