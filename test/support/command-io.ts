/** What a command writes, as text: for calling its function as the shell would call the command. */
import { Writable } from 'node:stream';

export interface RecordedIo {
  readonly output: Writable;
  readonly errors: Writable;
  /** Standard output so far. */
  readonly said: () => string;
  /** Standard error so far. */
  readonly told: () => string;
  /** Standard output as NDJSON. */
  readonly json: () => readonly unknown[];
}

export const recordIo = (): RecordedIo => {
  const [output, errors] = [recordText(), recordText()];
  return {
    output: output.stream,
    errors: errors.stream,
    said: output.text,
    told: errors.text,
    json: () =>
      output
        .text()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown),
  };
};

const recordText = () => {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString('utf8');
      done();
    },
  });
  return { stream, text: () => text };
};
