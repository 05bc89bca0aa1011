/**
 * Says what a beat could not do, once a minute for each part of it: an agent that beats every second would else say the
 * same sixty times.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { RegionAgentDeps } from './region-agent.ts';

export interface FaultLogDeps {
  readonly warn: (message: string, error: Error) => void;
  readonly clock: Clock;
}

export const sayAgainMs = 60_000;

export const createFaultLog = ({ warn, clock }: FaultLogDeps): RegionAgentDeps['onFault'] => {
  const saidAtMs = new Map<string, number>();
  return (part, fault) => {
    const nowMs = clock.nowMs();
    const agoMs = nowMs - (saidAtMs.get(part) ?? Number.NEGATIVE_INFINITY);
    if (agoMs >= 0 && agoMs < sayAgainMs) return;
    saidAtMs.set(part, nowMs);
    warn(`a beat had to do without: ${part}`, toError(fault));
  };
};

const toError = (fault: unknown): Error => (fault instanceof Error ? fault : new Error(String(fault)));
