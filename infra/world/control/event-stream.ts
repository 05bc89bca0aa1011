/**
 * Server-sent events to a bounded number of listeners, each with a bounded buffer: who does not read is hung up on, and
 * an EventSource then comes again by itself. Nothing is kept for who was away.
 *
 * Format: HTML Living Standard, 9.2 Server-sent events.
 */
import type { ServerResponse } from 'node:http';

export interface ServerEvent {
  readonly name: string;
  /** Sent as JSON, which has no line breaks. */
  readonly data: unknown;
}

export interface EventStream {
  /** False when there is no room for one more; nothing has been answered then. */
  readonly open: (response: ServerResponse) => boolean;
  readonly send: (event: ServerEvent, to?: ServerResponse) => void;
  readonly isHeard: () => boolean;
  /** Ends every answer. */
  readonly stop: () => void;
}

export interface EventStreamOptions {
  readonly listenersMax?: number;
  /** Of what a listener has not read yet, beyond what the system holds for it. */
  readonly bufferBytesMax?: number;
}

const listenersMaxDefault = 32;
const bufferBytesMaxDefault = 1024 * 1024;
/** How soon who lost the connection comes again. */
const retryMs = 1_000;
/** A connection on which nothing is said may be dead, and neither side would know. */
const commentEveryMs = 10_000;

export const createEventStream = (options: EventStreamOptions = {}): EventStream => {
  const { listenersMax = listenersMaxDefault, bufferBytesMax = bufferBytesMaxDefault } = options;
  const listeners = new Set<ServerResponse>();

  const write = (listener: ServerResponse, text: string): void => {
    if (listener.destroyed) return;
    listener.write(text);
    if (listener.writableLength > bufferBytesMax) listener.destroy();
  };
  const writeToAll = (text: string): void => {
    for (const listener of listeners) write(listener, text);
  };
  const comments = setInterval(() => writeToAll(':\n\n'), commentEveryMs);

  return {
    open: (response) => {
      if (listeners.size >= listenersMax) return false;
      listeners.add(response);
      response.once('close', () => listeners.delete(response));
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      });
      write(response, `retry: ${retryMs}\n\n`);
      return true;
    },
    send: ({ name, data }, to) => {
      const text = `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
      if (to) write(to, text);
      else writeToAll(text);
    },
    isHeard: () => listeners.size > 0,
    stop: () => {
      clearInterval(comments);
      for (const listener of listeners) listener.end();
      listeners.clear();
    },
  };
};
