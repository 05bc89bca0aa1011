/**
 * Requests at a steady rate, however long each takes: a slow answer delays no other, as with callers who do not know of
 * each other. Says how long they took.
 */
export interface SteadyLoad {
  /** Resolves when all have been answered. */
  readonly stop: () => Promise<LoadFigures>;
}

export interface LoadFigures {
  readonly requests: number;
  /** That got no answer, or one of 500 or more. */
  readonly failures: readonly string[];
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** `send` is told the number of the request, from 0, and says with which status it was answered. */
export const startSteadyLoad = (perSecond: number, send: (number: number) => Promise<number>): SteadyLoad => {
  const durationsMs: number[] = [];
  const failures: string[] = [];
  const inFlight = new Set<Promise<void>>();
  let requests = 0;

  const sendOne = async (number: number): Promise<void> => {
    const startedMs = performance.now();
    const outcome = await send(number).catch((error: unknown) => String(error));
    durationsMs.push(performance.now() - startedMs);
    if (typeof outcome === 'string' || outcome >= 500) failures.push(`${number}: ${outcome}`);
  };

  const timer = setInterval(() => {
    const sent = sendOne(requests++).finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  }, 1_000 / perSecond);

  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(inFlight);
      durationsMs.sort((left, right) => left - right);
      const quantileMs = (share: number) => Math.round(durationsMs[Math.ceil(share * requests) - 1] ?? 0);
      return { requests, failures, p50Ms: quantileMs(0.5), p99Ms: quantileMs(0.99) };
    },
  };
};
