/** `rejoin dlq list`, `show` and `discard`: what lies in a region's dead-letter queue. */
import type { DeadLetter, DeadLetterQueue, QueuedLetter } from '../../../domain/ports/dead-letter-queue.ts';
import { ageText } from '../age-text.ts';
import { exitClean, exitFailed } from '../exit-codes.ts';
import type { CommandIo } from '../run-on-region.ts';
import { textTable } from '../text-table.ts';
import { writeJsonLine, writeOut } from '../write-out.ts';

export interface DeadLetterDeps extends CommandIo {
  readonly queue: Pick<DeadLetterQueue, 'read' | 'remove'>;
  readonly nowMs: () => number;
}

export const listLetters = async ({ isJson }: { isJson: boolean }, deps: DeadLetterDeps): Promise<number> => {
  const letters = await collectLetters(deps.queue);
  if (isJson) for (const letter of letters) await writeJsonLine(deps.output, letterToJson(letter));
  else if (letters.length === 0) deps.errors.write('The queue is empty.\n');
  else {
    const rows = letters.map((it) => toRow(it, deps.nowMs()));
    await writeOut(deps.output, textTable(['id', 'kind', 'stream', 'age', 'reason'], rows));
  }
  return exitClean;
};

export const showLetter = async (id: string, deps: DeadLetterDeps): Promise<number> => {
  const letter = await findLetter(id, deps, 'show');
  if (!letter) return exitFailed;
  await writeOut(deps.output, `${JSON.stringify(letterToJson(letter), undefined, 2)}\n`);
  return exitClean;
};

/** For what will never be projected, or is no letter at all. */
export const discardLetter = async (id: string, deps: DeadLetterDeps): Promise<number> => {
  const letter = await findLetter(id, deps, 'discard');
  if (!letter) return exitFailed;
  await deps.queue.remove(letter);
  await writeOut(deps.output, `${JSON.stringify(letterToJson(letter), undefined, 2)}\n`);
  deps.errors.write(`Discarded ${id}.\n`);
  return exitClean;
};

/** A letter that came twice while the queue was read counts once, with its newest receipt. */
export const collectLetters = async (queue: Pick<DeadLetterQueue, 'read'>): Promise<readonly QueuedLetter[]> => {
  const byId = new Map<string, QueuedLetter>();
  for await (const letter of queue.read()) byId.set(letter.id, letter);
  return [...byId.values()];
};

export const noSuchLetter = (id: string): string => `no letter ${id} lies in the queue. See: rejoin dlq list`;

const findLetter = async (id: string, deps: DeadLetterDeps, verb: string): Promise<QueuedLetter | undefined> => {
  const found = (await collectLetters(deps.queue)).find((letter) => letter.id === id);
  if (!found) deps.errors.write(`rejoin dlq ${verb}: ${noSuchLetter(id)}\n`);
  return found;
};

/** Scripts read it: properties only ever grow. The receipt is nobody's business. */
const letterToJson = ({ id, letter, text }: QueuedLetter) =>
  letter ? { id, ...letter } : { id, kind: 'unknown' as const, text };

const toRow = ({ id, letter, text }: QueuedLetter, nowMs: number): readonly string[] => {
  if (!letter) return [id, 'unknown', '', '', text.slice(0, reasonCharsMax)];
  return [id, letter.kind, aboutOf(letter), ageText(nowMs - letter.atMs), letter.reason.slice(0, reasonCharsMax)];
};

/** `dlq show` has all of it. */
const reasonCharsMax = 120;

const aboutOf = (letter: DeadLetter): string =>
  letter.kind === 'poison' ? letter.stream : `${letter.records} records of ${letter.shardId}`;
