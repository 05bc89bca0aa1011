/**
 * `rejoin fold`: entries in as NDJSON, one folded state a stream out. No ledger, no network: for audits of an export, for
 * tests of a lifecycle, and to see what the fold makes of a history somebody describes.
 *
 * All input is checked before anything is printed, so a pipe never carries half an answer.
 */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fold } from '../../../domain/fold/fold.ts';
import { parseEntry } from '../../../domain/ledger/parse-entry.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import type { Sha256 } from '../../../domain/ports/digest.ts';
import { createStreamSpool, type StreamSpool } from '../../../infra/node/stream-spool.ts';
import { foldedToLine } from '../fold-line.ts';

export interface FoldCommand {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  readonly lifecycle: Lifecycle;
  readonly sha256: Sha256;
  /** Called now and then with the lines read so far. */
  readonly onProgress?: (lines: number) => void;
  /** For tests: how much input is held in memory before it goes to disk. */
  readonly spillChars?: number;
}

/** Returns the exit code: 0, or 2 when a line is no entry. */
export const foldCommand = async ({
  input,
  output,
  errors,
  lifecycle,
  sha256,
  onProgress = () => undefined,
  spillChars,
}: FoldCommand): Promise<number> => {
  using spool = await createStreamSpool(spillChars);
  const bad = await spoolEntries({ input, sha256, onProgress }, spool);
  if (bad) {
    errors.write(`rejoin fold: line ${bad.lineNumber}: ${bad.message}\n`);
    return exitUsage;
  }
  for (const { lines } of spool.streams()) {
    const entries = lines.map((line) => readChecked(line, sha256));
    await write(output, `${JSON.stringify(foldedToLine(fold(entries, lifecycle)))}\n`);
  }
  return 0;
};

const exitUsage = 2;

const progressLines = 50_000;

const spoolEntries = async (
  { input, sha256, onProgress }: Required<Pick<FoldCommand, 'input' | 'sha256' | 'onProgress'>>,
  spool: StreamSpool,
) => {
  let lineNumber = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber++;
    if (lineNumber % progressLines === 0) onProgress(lineNumber);
    if (line.trim() === '') continue;
    const parsed = parseEntry(line, sha256);
    if (parsed.kind === 'invalid') return { lineNumber, message: parsed.message };
    spool.add(parsed.entry.stream, line);
  }
  return undefined;
};

const readChecked = (line: string, sha256: Sha256) => {
  const parsed = parseEntry(line, sha256);
  if (parsed.kind === 'invalid') throw new Error(`Invariant broken: a checked line is ${parsed.message}`);
  return parsed.entry;
};

const write = (output: Writable, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    output.write(text, (error) => (error ? reject(error) : resolve()));
  });
