/** Reads server-sent events as a page's EventSource does, but for coming again. */
export interface EventSourceReader {
  readonly status: number;
  readonly headers: Headers;
  /** Everything that was said before the first event. */
  readonly preamble: () => string;
  /** The next event of that name for which it holds; waits for it. Throws when the stream ends before. */
  readonly next: <Data>(name: string, holds?: (data: Data) => boolean) => Promise<Data>;
  readonly close: () => void;
}

export const openEventSource = async (url: string): Promise<EventSourceReader> => {
  const closing = new AbortController();
  const response = await fetch(url, { signal: closing.signal });
  const blocks = readBlocks(response);
  let preamble = '';
  return {
    status: response.status,
    headers: response.headers,
    preamble: () => preamble,
    next: async <Data>(wanted: string, holds: (data: Data) => boolean = () => true): Promise<Data> => {
      for (;;) {
        const { value: block, done } = await blocks.next();
        if (done) throw new Error(`the stream ended before an event ${wanted}`);
        const [, name, json = ''] = /^event: (.*?)\ndata: (.*)$/s.exec(block) ?? [];
        if (name === undefined) preamble += block;
        if (name !== wanted) continue;
        const data = JSON.parse(json) as Data;
        if (holds(data)) return data;
      }
    },
    close: () => closing.abort(),
  };
};

async function* readBlocks(response: Response): AsyncGenerator<string, void> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
    }
  }
}
