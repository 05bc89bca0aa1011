/**
 * Something that was asked for and is asked for again whenever it may have changed. What is shown stays while a newer
 * answer is on its way, and when none comes: then it says how old it is and why.
 */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../api/problem.ts';
import { toProblem } from '../api/problem.ts';
import type { Change } from '../model/changes.ts';
import { isTickDue } from '../model/tick-pace.ts';
import { usePlace } from '../place.ts';

export interface Resource<Value> {
  /** Undefined until the first answer. */
  readonly value: Value | undefined;
  /** When the value was answered, in ms since 1970. */
  readonly loadedAtMs: number;
  /** Why the last try brought nothing; undefined when it did. */
  readonly problem: Problem | undefined;
  readonly refresh: () => void;
}

export interface ResourceOptions<Value> {
  /** What is asked for, as text: when it changes, the old value is forgotten. Undefined asks for nothing. */
  readonly key: string | undefined;
  readonly load: (signal: AbortSignal) => Promise<Value>;
  /** Whether a change is a reason to ask again; every one is when left out. */
  readonly concerns?: (change: Change) => boolean;
  /**
   * How long ticks leave an answer alone, in ms: 0 when left out. What could not be had is asked for at every one, and who
   * comes back to the page waits for none.
   */
  readonly restMs?: (value: Value) => number;
}

/** Changes come in crowds, and crowds one after the other. */
const refreshPauseMs = 300;
const refreshEveryMsMin = 1_000;

export const useResource = <Value>(options: ResourceOptions<Value>): Resource<Value> => {
  const { live } = usePlace();
  const { key } = options;
  const latest = useRef(options);
  latest.current = options;
  const [state, setState] = useState<State<Value>>(nothingYet);
  const control = useRef<{ ask: () => void } | undefined>(undefined);

  useEffect(() => {
    setState(nothingYet);
    if (key === undefined) return;
    const abort = new AbortController();
    let isAsking = false;
    let isWanted = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // By a clock that nobody sets.
    let askedAtMs = Number.NEGATIVE_INFINITY;
    let answered: { readonly value: Value; readonly atMs: number } | undefined;

    const ask = async (): Promise<void> => {
      isAsking = true;
      isWanted = false;
      askedAtMs = performance.now();
      try {
        const value = await latest.current.load(abort.signal);
        answered = { value, atMs: performance.now() };
        if (!abort.signal.aborted) setState({ key, value, loadedAtMs: Date.now(), problem: undefined });
      } catch (error) {
        answered = undefined;
        if (!abort.signal.aborted) setState((before) => ({ ...before, key, problem: toProblem(error) }));
      }
      isAsking = false;
      if (isWanted) askSoon();
    };
    const askSoon = (): void => {
      isWanted = true;
      if (isAsking || timer !== undefined || abort.signal.aborted) return;
      const pauseMs = Math.max(refreshPauseMs, askedAtMs + refreshEveryMsMin - performance.now());
      timer = setTimeout(() => {
        timer = undefined;
        if (!abort.signal.aborted) void ask();
      }, pauseMs);
    };
    const isDue = (change: Change): boolean => {
      const { restMs } = latest.current;
      if (change.kind === 'alert' || change.isCatchUp || !restMs || !answered) return true;
      const { value, atMs } = answered;
      return isTickDue({ restMs: restMs(value), tickMs: live.tickMs, ageMs: performance.now() - atMs });
    };

    control.current = { ask: askSoon };
    void ask();
    const stopListening = live.onChange((change) => {
      if ((latest.current.concerns?.(change) ?? true) && isDue(change)) askSoon();
    });
    return () => {
      stopListening();
      clearTimeout(timer);
      abort.abort();
    };
  }, [live, key]);

  const refresh = useCallback(() => control.current?.ask(), []);
  const { value, loadedAtMs, problem } = state.key === key ? state : nothingYet;
  return { value, loadedAtMs, problem, refresh };
};

interface State<Value> {
  readonly key?: string;
  readonly value: Value | undefined;
  readonly loadedAtMs: number;
  readonly problem: Problem | undefined;
}

const nothingYet = { value: undefined, loadedAtMs: 0, problem: undefined } as const;
