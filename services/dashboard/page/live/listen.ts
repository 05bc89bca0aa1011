/** Server-sent events that come again whatever happens: a browser gives a stream up once it was answered with an error. */

export interface Listening {
  /** By the event's name. */
  readonly listeners: Readonly<Record<string, (data: unknown) => void>>;
  /** The stream was away, and what it would have said is lost. */
  readonly onReturn: () => void;
}

const tryAgainMs = 5_000;

/** Returns what ends it. */
export const listen = (url: string, { listeners, onReturn }: Listening): (() => void) => {
  let end = (): void => undefined;
  let isFirst = true;
  const open = (): void => {
    const source = new EventSource(url);
    end = () => source.close();
    for (const [name, listener] of Object.entries(listeners))
      source.addEventListener(name, ({ data }: MessageEvent<string>) => listener(JSON.parse(data)));
    source.addEventListener('open', () => {
      if (!isFirst) onReturn();
      isFirst = false;
    });
    source.addEventListener('error', () => {
      if (source.readyState !== EventSource.CLOSED) return;
      const timer = setTimeout(open, tryAgainMs);
      end = () => clearTimeout(timer);
    });
  };
  open();
  return () => end();
};
