/** A broken invariant is a bug, never an input error: it throws, and only the outermost handler catches it. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}

/** Makes a `switch` over a union exhaustive: a new member fails to compile here. */
export const assertNever = (value: never): never => {
  throw new Error(`Invariant broken: unexpected ${JSON.stringify(value)}`);
};
