import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createEventStream,
  type EventStream,
  type EventStreamOptions,
} from '../../../infra/world/control/event-stream.ts';
import { closeServer, listenLocally } from '../../../infra/world/local-http.ts';
import { openEventSource } from '../../support/event-source.ts';

let stop: () => Promise<void> = async () => undefined;
afterEach(() => stop());

interface Served {
  readonly stream: EventStream;
  readonly port: number;
  /** The next listener that was let in. */
  readonly opened: () => Promise<ServerResponse>;
}

const serve = async (options: EventStreamOptions = {}): Promise<Served> => {
  const stream = createEventStream(options);
  const server = createServer((_, response) => {
    if (stream.open(response)) server.emit('opened', response);
    else response.writeHead(503).end();
  });
  const port = await listenLocally(server, 0);
  stop = async () => {
    stream.stop();
    await closeServer(server);
  };
  return { stream, port, opened: async () => (await once(server, 'opened'))[0] as ServerResponse };
};

describe('an event stream', () => {
  it('says the same events to everybody who listens', async () => {
    const { stream, port } = await serve();
    const listeners = await Promise.all([1, 2].map(() => openEventSource(`http://127.0.0.1:${port}`)));

    stream.send({ name: 'alert', data: { text: 'two\nlines, data: and\r\u2028more' } });

    for (const listener of listeners) {
      expect(listener.headers.get('content-type')).toBe('text/event-stream');
      expect(listener.headers.get('cache-control')).toBe('no-store');
      expect(await listener.next('alert')).toEqual({ text: 'two\nlines, data: and\r\u2028more' });
      expect(listener.preamble()).toBe('retry: 1000');
    }
  });

  it('lets in as many as there is room for, and the next when one has gone', async () => {
    const { stream, port, opened } = await serve({ listenersMax: 2 });
    const url = `http://127.0.0.1:${port}`;
    const first = opened();
    const [one] = [await openEventSource(url), await openEventSource(url)];
    expect((await fetch(url)).status).toBe(503);

    const gone = once(await first, 'close');
    one?.close();
    await gone;

    expect((await openEventSource(url)).status).toBe(200);
    expect(stream.isHeard()).toBe(true);
  });

  it('hangs up on who does not read, and goes on for the others', async () => {
    const { stream, port, opened } = await serve({ bufferBytesMax: 64 * 1024 });
    const letIn = opened();
    const deaf = connect(port, '127.0.0.1').pause();
    deaf.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    const response = await letIn;
    const hungUp = once(response, 'close');
    const listener = await openEventSource(`http://127.0.0.1:${port}`);

    for (let n = 1; !response.destroyed; n++) {
      stream.send({ name: 'alert', data: { n, text: 'x'.repeat(16 * 1024) } });
      await listener.next<{ n: number }>('alert', (event) => event.n === n);
    }

    await hungUp;
    stream.send({ name: 'alert', data: { n: 0 } });
    await listener.next<{ n: number }>('alert', (event) => event.n === 0);
    deaf.destroy();
  });

  it('ends for everybody when it stops', async () => {
    const { stream, port } = await serve();
    const listener = await openEventSource(`http://127.0.0.1:${port}`);

    stream.stop();

    await expect(listener.next('alert')).rejects.toThrow('ended');
    expect(stream.isHeard()).toBe(false);
  });
});
