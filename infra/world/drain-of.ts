/** From being told each change to being asked for the changes since last time. */
export const drainOf = <Change>(
  subscribe: (subscriber: (change: Change) => void) => unknown,
): (() => Promise<readonly Change[]>) => {
  let changes: Change[] = [];
  subscribe((change) => changes.push(change));
  return async () => {
    const drained = changes;
    changes = [];
    return drained;
  };
};
