/**
 * The first Ctrl-C (or SIGTERM) asks. A second one, or a stop that takes too long, ends the process and takes the
 * children with it.
 */
export interface StopSignal {
  readonly requested: Promise<NodeJS.Signals>;
  /** Throws a StopRequested. For long work to call where it may be left. */
  readonly check: () => void;
}

export const listenForStop = (): StopSignal => {
  let asked: NodeJS.Signals | undefined;
  const requested = new Promise<NodeJS.Signals>((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      const end = () => process.exit(exitCodeOf(signal));
      if (asked) end();
      asked = signal;
      setTimeout(end, stopMsMax).unref();
      resolve(signal);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  return {
    requested,
    check: () => {
      if (asked) throw new StopRequested(asked);
    },
  };
};

/** Somebody asked the command to end. Whatever it had done stands, and running it again goes on from there. */
export class StopRequested extends Error {
  readonly code = 'stop-requested';
  readonly exitCode: number;
  constructor(signal: NodeJS.Signals) {
    super(`${signal}: stopped. What is done is done; run it again for the rest`);
    this.exitCode = exitCodeOf(signal);
  }
}

/** What a shell expects of a process that a signal ended. */
const exitCodeOf = (signal: NodeJS.Signals): number => (signal === 'SIGINT' ? 130 : 143);

const stopMsMax = 15_000;
