/** The play's progress: a bar for a person, a line now and then for a log. */
import type { Writable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';

export interface PlayProgressView {
  readonly show: (progress: { readonly done: number; readonly total: number; readonly phase: string }) => void;
  /** May be called again. */
  readonly end: () => void;
}

const logLineMs = 5_000;

export const createPlayProgress = (errors: Writable): PlayProgressView => {
  const bar = new SingleBar(
    {
      stream: errors as NodeJS.WritableStream,
      format: '{bar} {percentage}% {phase}',
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: logLineMs,
      clearOnComplete: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    show: ({ done, total, phase }) => {
      if (!isStarted) bar.start(total, done, { phase });
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, { phase });
    },
    end: () => {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
};
