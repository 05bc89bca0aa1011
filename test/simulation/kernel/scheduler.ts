/**
 * Virtual time: a queue of events by (time, order of planning), run one after the other.
 *
 * Code under test waits on promises that only events settle, so between two events it can do nothing but run to its next
 * wait. That it has done so must be certain before the next event: Node drains every microtask before the next
 * immediate, however long their chain, which costs about a microsecond and is paid only after events that woke somebody.
 */
import type { Trace } from './trace.ts';

export interface Scheduler {
  readonly nowMs: () => number;
  /** `label` says in the trace what happens then. */
  readonly after: (delayMs: number, label: string, run: () => void) => void;
  /** To be called when an event has settled a promise or started code under test. */
  readonly wake: () => void;
  /** Rejects with what an event threw, or with what `fail` was told. */
  readonly runUntil: (endMs: number) => Promise<void>;
  readonly fail: (error: unknown) => void;
  readonly events: () => number;
}

export const createScheduler = ({ startMs, trace }: { startMs: number; trace: Trace }): Scheduler => {
  const queue = createEventQueue();
  let nowMs = startMs;
  let planned = 0;
  let events = 0;
  let isAwake = false;
  let failure: { readonly error: unknown } | undefined;

  const runNext = (event: PlannedEvent): void => {
    nowMs = event.atMs;
    events++;
    trace.number(nowMs);
    trace.text(event.label);
    event.run();
  };

  /** Runs events until one wakes somebody; true when there is nothing left to do. */
  const runTurn = (endMs: number): boolean => {
    for (let next = queue.peek(); next && next.atMs <= endMs; next = queue.peek()) {
      if (failure) throw failure.error;
      queue.pop();
      runNext(next);
      if (isAwake) {
        isAwake = false;
        return false;
      }
    }
    if (failure) throw failure.error;
    nowMs = endMs;
    return true;
  };

  return {
    nowMs: () => nowMs,
    after: (delayMs, label, run) => queue.push({ atMs: nowMs + Math.max(0, delayMs), order: planned++, label, run }),
    wake: () => {
      isAwake = true;
    },
    fail: (error) => {
      failure ??= { error };
    },
    events: () => events,
    runUntil: (endMs) =>
      new Promise((resolve, reject) => {
        const turn = (): void => {
          try {
            if (runTurn(endMs)) resolve();
            else setImmediate(turn);
          } catch (error) {
            reject(error);
          }
        };
        setImmediate(turn);
      }),
  };
};

interface PlannedEvent {
  readonly atMs: number;
  readonly order: number;
  readonly label: string;
  readonly run: () => void;
}

const isBefore = (left: PlannedEvent, right: PlannedEvent): boolean =>
  left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);

/** A binary heap. */
const createEventQueue = () => {
  const heap: PlannedEvent[] = [];
  const at = (index: number): PlannedEvent => heap[index] as PlannedEvent;
  return {
    peek: (): PlannedEvent | undefined => heap[0],
    push: (event: PlannedEvent): void => {
      let index = heap.length;
      while (index > 0 && isBefore(event, at((index - 1) >> 1))) {
        heap[index] = at((index - 1) >> 1);
        index = (index - 1) >> 1;
      }
      heap[index] = event;
    },
    pop: (): void => {
      const last = heap.pop() as PlannedEvent;
      if (heap.length === 0) return;
      let index = 0;
      for (let child = 1; child < heap.length; child = 2 * index + 1) {
        if (child + 1 < heap.length && isBefore(at(child + 1), at(child))) child++;
        if (!isBefore(at(child), last)) break;
        heap[index] = at(child);
        index = child;
      }
      heap[index] = last;
    },
  };
};
