/** The progress of work that counts: how many, how fast, and how far where the whole is known. */
import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';

export interface CountProgress {
  readonly done: number;
  /** Undefined where nobody knows. */
  readonly total?: number | undefined;
  readonly phase?: string | undefined;
  /** Where it is not simply what is done by the time that it took. */
  readonly perSecond?: number | undefined;
}

export interface CountProgressView {
  readonly show: (progress: CountProgress) => void;
  /** May be called again. */
  readonly end: () => void;
}

const logLineMs = 5_000;
const barWidth = 30;

/** `unit` is a plural: `entries`. */
export const createCountProgress = (
  errors: Writable,
  unit: string,
  nowMs: () => number = () => performance.now(),
): CountProgressView => {
  let latest: CountProgress = { done: 0 };
  let startedAtMs: number | undefined;
  const bar = new SingleBar({
    stream: errors as NodeJS.WritableStream,
    format: () => describeCount(latest, unit, nowMs() - (startedAtMs ?? nowMs())),
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: logLineMs,
    clearOnComplete: true,
    gracefulExit: false,
  });
  return {
    show: (progress) => {
      latest = progress;
      if (startedAtMs === undefined) {
        startedAtMs = nowMs();
        bar.start(progress.total ?? 0, progress.done);
      }
      bar.update(progress.done);
    },
    end: () => {
      if (startedAtMs !== undefined) bar.stop();
      startedAtMs = undefined;
    },
  };
};

export const describeCount = (progress: CountProgress, unit: string, elapsedMs: number): string => {
  const { done, total, phase, perSecond = elapsedMs < rateMsMin ? 0 : (done * 1000) / elapsedMs } = progress;
  const rate = perSecond > 0 ? `, ${Math.round(perSecond).toLocaleString('en')}/s` : '';
  const said = `${done.toLocaleString('en')} ${unit}${rate}${phase === undefined ? '' : `, ${phase}`}`;
  if (total === undefined || total <= 0) return said;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${Math.floor(share * 100)}% ${said}`;
};

/** A rate over less says nothing. */
const rateMsMin = 500;
