/**
 * The faults of the world and their switches. A switch stands where it was put from then on, while the world is being told,
 * so that whoever is quick turns what they see; it goes back where that failed.
 */
import { useRef, useState } from 'preact/hooks';
import { type Problem, toProblem } from '../api/problem.ts';
import { createWorldApi } from '../api/world-api.ts';
import { type FaultChange, faultsAfter, requestsFor } from '../model/fault-requests.ts';
import type { ActiveFault, WorldState } from '../model/world-state.ts';

export interface Faults {
  readonly faults: readonly ActiveFault[];
  /** Why the last switch went back. */
  readonly problem: Problem | undefined;
  /** One after the other, however fast they come. */
  readonly change: (change: FaultChange) => void;
}

export interface FaultsOptions {
  readonly world: WorldState;
  readonly worldUrl: string;
  /** All that have a switch. */
  readonly regions: readonly string[];
}

export const useFaults = ({ world, worldUrl, regions }: FaultsOptions): Faults => {
  const [problem, setProblem] = useState<Problem>();
  // What was answered holds until the world says something newer.
  const [answered, setAnswered] = useState<{ readonly before: WorldState; readonly faults: readonly ActiveFault[] }>();
  const [expected, setExpected] = useState<readonly ActiveFault[]>();
  const { faults: standing } = answered?.before === world ? answered : world;
  const newest = useRef({ world, standing, expected });
  newest.current = { world, standing, expected };
  const queue = useRef({ length: 0, last: Promise.resolve() });

  const carryOut = async (wanted: FaultChange): Promise<void> => {
    try {
      for (const request of requestsFor(newest.current.standing, wanted)) {
        const { faults } = await createWorldApi(worldUrl).switchFault(request);
        newest.current.standing = faults;
        setAnswered({ before: newest.current.world, faults });
      }
    } catch (error) {
      setProblem(toProblem(error));
    }
    queue.current.length -= 1;
    if (queue.current.length === 0) setExpected(undefined);
  };
  const change = (wanted: FaultChange): void => {
    setProblem(undefined);
    const after = faultsAfter(newest.current.expected ?? newest.current.standing, wanted, regions);
    newest.current.expected = after;
    setExpected(after);
    const { length, last } = queue.current;
    queue.current = { length: length + 1, last: last.then(() => carryOut(wanted)) };
  };
  return { faults: expected ?? standing, problem, change };
};
