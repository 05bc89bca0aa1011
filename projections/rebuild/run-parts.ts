/**
 * Works on the parts of a whole side by side, and ends together: when one fails, the others stop where they may, and only
 * then does the failure show. So nobody is still writing when the caller has been told that it is over.
 */
export type RunPart = (part: number, isStopping: () => boolean) => Promise<void>;

export const runParts = async (parts: number, runPart: RunPart): Promise<void> => {
  const failures: unknown[] = [];
  const isStopping = () => failures.length > 0;
  const run = async (part: number): Promise<void> => {
    try {
      await runPart(part, isStopping);
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: parts }, (_, part) => run(part)));
  if (isStopping()) throw failures[0];
};
