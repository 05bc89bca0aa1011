/** How a task of a state machine fails: `name` is what `Retry` and `Catch` go by, the message is the cause. */
export class StateError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}
