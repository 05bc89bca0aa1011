/**
 * Within one batch, does the work for a stream once, however many records ring for it, and for few streams at a time.
 *
 * Sharing the promise is what reports failures item by item: every record of a stream has that stream's outcome.
 */
export const oncePerStream = <Outcome>(
  work: (stream: string) => Promise<Outcome>,
  concurrencyMax: number,
): ((stream: string) => Promise<Outcome>) => {
  const outcomes = new Map<string, Promise<Outcome>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const run = async (stream: string): Promise<Outcome> => {
    if (running >= concurrencyMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work(stream);
    } finally {
      // The place passes to the next in line, or becomes free.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };

  return (stream) => {
    const outcome = outcomes.get(stream) ?? run(stream);
    outcomes.set(stream, outcome);
    return outcome;
  };
};
