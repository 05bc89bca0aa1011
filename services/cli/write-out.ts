/** Results go to standard output, at the pace of whoever reads them. */
import type { Writable } from 'node:stream';

export const writeOut = (output: Writable, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    output.write(text, (error) => (error ? reject(error) : resolve()));
  });

export const writeJsonLine = (output: Writable, value: unknown): Promise<void> =>
  writeOut(output, `${JSON.stringify(value)}\n`);
