/**
 * Lines of a stream of text, one by one, of bounded length: what is longer is handed on in pieces, so that a process that
 * never ends its line fills nobody's memory.
 */
import type { Readable } from 'node:stream';

export const readLines = (stream: Readable, lineCharsMax: number, onLine: (line: string) => void): void => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length <= lineCharsMax) return;
    onLine(rest);
    rest = '';
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
};
