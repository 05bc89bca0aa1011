import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../../infra/world/region-host/read-lines.ts';

const linesOf = async (chunks: readonly Uint8Array[], lineCharsMax = 1_000): Promise<readonly string[]> => {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, lineCharsMax, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await finished(stream);
  return lines;
};

describe('the lines of a log', () => {
  it('are the same, wherever the text is cut on its way', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\n'));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 10 }), fc.array(fc.nat({ max: 200 })), async (lines, cuts) => {
        const bytes = Buffer.from(lines.map((it) => `${it}\n`).join(''));
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((to, i) => bytes.subarray(places[i], to));
        expect(await linesOf(chunks)).toEqual(lines);
      }),
    );
  });

  it('come in pieces where one is too long, so that nothing is lost and little is kept', async () => {
    const long = Buffer.from('x'.repeat(100));
    const pieces = await linesOf([...Array.from({ length: 30 }, () => long), Buffer.from('\nnext\n')], 1_000);
    expect(pieces.at(-1)).toBe('next');
    expect(pieces.slice(0, -1).join('')).toBe('x'.repeat(3_000));
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(1_100);
  });

  it('end with what a process had written when it died', async () => {
    expect(await linesOf([Buffer.from('whole\nhal')])).toEqual(['whole', 'hal']);
  });
});
