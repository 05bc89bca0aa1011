/**
 * Groups lines by stream, for input in any order and of any size.
 *
 * Lines stay in memory up to a bound; past it they go to a temporary SQLite file, whose index gives them back stream by
 * stream. So a fold of a whole ledger needs the memory of its longest stream, not of its file.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface StreamSpool extends Disposable {
  readonly add: (stream: string, line: string) => void;
  /** Each stream once, sorted by name, with its lines in the order in which they were added. */
  readonly streams: () => Iterable<{ readonly stream: string; readonly lines: readonly string[] }>;
}

/** `spillChars`: how much text is held in memory before the rest goes to disk. */
export const createStreamSpool = async (spillChars = 64 * 1024 * 1024): Promise<StreamSpool> => {
  const { DatabaseSync: Database } = await import('node:sqlite');
  const linesByStream = new Map<string, string[]>();
  let heldChars = 0;
  let file: SpoolFile | undefined;

  const spill = (): void => {
    file ??= openSpoolFile(Database);
    for (const [stream, lines] of linesByStream) for (const line of lines) file.insert.run(stream, line);
    linesByStream.clear();
    heldChars = 0;
  };

  return {
    add: (stream, line) => {
      const lines = linesByStream.get(stream);
      if (lines) lines.push(line);
      else linesByStream.set(stream, [line]);
      heldChars += line.length;
      if (heldChars > spillChars) spill();
    },
    streams: function* () {
      if (!file) {
        for (const stream of [...linesByStream.keys()].sort())
          yield { stream, lines: linesByStream.get(stream) as readonly string[] };
        return;
      }
      spill();
      yield* file.streams();
    },
    [Symbol.dispose]: () => file?.close(),
  };
};

interface SpoolFile {
  readonly insert: StatementSync;
  readonly streams: StreamSpool['streams'];
  readonly close: () => void;
}

const openSpoolFile = (Database: typeof DatabaseSync): SpoolFile => {
  const directory = mkdtempSync(join(tmpdir(), 'rejoin-spool-'));
  const database = new Database(join(directory, 'lines.sqlite'));
  database.exec(`
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE line (stream TEXT NOT NULL, place INTEGER PRIMARY KEY, text TEXT NOT NULL);
    BEGIN;
  `);
  return {
    insert: database.prepare('INSERT INTO line (stream, text) VALUES (?, ?)'),
    streams: function* () {
      database.exec('COMMIT; CREATE INDEX by_stream ON line (stream, place); BEGIN;');
      let current: { stream: string; lines: string[] } | undefined;
      for (const row of database.prepare('SELECT stream, text FROM line ORDER BY stream, place').iterate()) {
        const stream = row['stream'] as string;
        if (current?.stream !== stream) {
          if (current) yield current;
          current = { stream, lines: [] };
        }
        current?.lines.push(row['text'] as string);
      }
      if (current) yield current;
    },
    close: () => {
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
