/** Shows what was asked for: that it is on its way, that it could not be had, or the value, with its age once it is old. */
import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/problem.ts';
import { useNow } from '../live/use-now.ts';
import type { Resource } from '../live/use-resource.ts';
import { isStale } from '../model/freshness.ts';
import { Time } from './time.tsx';

export interface ResourceViewProps<Value> {
  readonly resource: Resource<Value>;
  /** What it is, for sentences: `the orders of us-east-1`. */
  readonly what: string;
  readonly children: (value: Value) => ComponentChildren;
}

export const ResourceView = <Value,>({ resource, what, children }: ResourceViewProps<Value>) => {
  const { value, problem } = resource;
  if (value !== undefined)
    return (
      <>
        <Staleness resource={resource} what={what} />
        {children(value)}
      </>
    );
  if (problem) return <ProblemNote problem={problem} what={what} retry={resource.refresh} />;
  return <p class="quiet" role="status">{`Asking for ${what} …`}</p>;
};

export const Staleness = ({ resource, what }: Omit<ResourceViewProps<unknown>, 'children'>) => {
  const nowMs = useNow();
  const { loadedAtMs, problem } = resource;
  if (!isStale({ loadedAtMs, isFailing: problem !== undefined }, nowMs)) return null;
  return (
    <p class="note warn" role="status">
      Stale: {what} as of <Time at={loadedAtMs} isClockOnly />
      {problem && `. ${problem.title}${problem.detail ? `: ${problem.detail}` : ''}`}
    </p>
  );
};

export interface ProblemNoteProps {
  readonly problem: Problem;
  /** What could not be had or done. */
  readonly what: string;
  readonly retry?: () => void;
}

export const ProblemNote = ({ problem, what, retry }: ProblemNoteProps) => (
  <div class="note bad" role="alert">
    <strong>{problem.title}</strong>
    <span>
      {' '}
      ({what}){problem.detail && `: ${problem.detail}`}
    </span>
    {retry && (
      <button type="button" onClick={retry}>
        Try again
      </button>
    )}
  </div>
);
