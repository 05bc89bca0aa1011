/**
 * One run of a region's agent: a beat a second until its time is up.
 *
 * Beats keep a rhythm, so that the time which one takes does not add up, and a beat that was late brings no burst behind
 * it: of two beats in quick succession the second would look like a clock that stood still. Runs are counted in beats and
 * pauses are bounded, so that a clock which jumps can neither lengthen a run nor silence it.
 */
import type { Clock, Sleep } from '../../domain/ports/clock.ts';
import type { RegionAgent } from './region-agent.ts';

export interface AgentRun {
  readonly beat: RegionAgent['beat'];
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Until whoever runs us ends us. */
  readonly remainingMs: () => number;
}

export const beatMs = 1_000;
/** A run starts every minute: for one that does not, the run before it beats on. */
export const beatsPerRun = 125;
/** What the slowest beat may take: who is ended in the middle of one leaves its part to the next run. */
export const lastBeatMs = 3_000;

export const runAgent = async ({ beat, clock, sleep, remainingMs }: AgentRun): Promise<void> => {
  let plannedMs = clock.nowMs();
  for (let beats = 1; remainingMs() >= lastBeatMs; beats++) {
    const isLast = beats === beatsPerRun || remainingMs() < lastBeatMs + 2 * beatMs;
    await beat({ isLast });
    if (isLast) return;
    const pauseMs = Math.min(beatMs, Math.max(beatMs / 2, plannedMs + beatMs - clock.nowMs()));
    plannedMs = clock.nowMs() + pauseMs;
    await sleep(pauseMs);
  }
};
