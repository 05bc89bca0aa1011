import { describe, expect, it } from 'vitest';
import { createAgentMetrics } from '../../../infra/powertools/agent-metrics.ts';
import { useWrittenOutput } from '../../support/written-output.ts';

describe("the agent's metrics", () => {
  const written = useWrittenOutput();

  const linesOf = (): readonly EmfLine[] =>
    written
      .flatMap((text) => text.split('\n'))
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  it('are lines of the embedded metric format, one for each set of dimensions', () => {
    const { metrics } = createTestMetrics();
    metrics.gauge('LinkLagMs', 70, toPeer);
    metrics.gauge('HeartbeatAgeMs', 900, fromPeer);
    metrics.gauge('BreakerState', 2);
    metrics.gauge('PlanEpoch', 4);
    metrics.count('ClockJumped');
    metrics.flush();

    const directives = linesOf().map(({ _aws }) => _aws);
    for (const { Timestamp } of directives) expect(Number.isInteger(Timestamp)).toBe(true);
    expect(directives.map((it) => it.CloudWatchMetrics)).toEqual([
      [directive(['service'], [{ Name: 'ClockJumped', Unit: 'Count' }])],
      [directive(['service', 'from', 'to'], [{ Name: 'LinkLagMs', Unit: 'Milliseconds' }])],
      [directive(['service', 'from', 'to'], [{ Name: 'HeartbeatAgeMs', Unit: 'Milliseconds' }])],
      [
        directive(
          ['service'],
          [
            { Name: 'BreakerState', Unit: 'Count' },
            { Name: 'PlanEpoch', Unit: 'Count' },
          ],
        ),
      ],
    ]);
    expect(linesOf()).toMatchObject([
      { service: 'region-agent', ClockJumped: 1 },
      { service: 'region-agent', ...toPeer },
      { service: 'region-agent', ...fromPeer },
      { service: 'region-agent', BreakerState: [2, 2, 2], PlanEpoch: [4, 4, 4] },
    ]);
  });

  it('keep the smallest, the largest and the last value of half a minute, and sums of counts', () => {
    const { metrics, beats } = createTestMetrics();
    const lagsMs = [120, 80, 31_000, ...Array.from({ length: 27 }, () => 90), 100];
    beats(lagsMs.length, (beat) => {
      metrics.gauge('LinkLagMs', lagsMs[beat] ?? 0, toPeer);
      if (beat % 2 === 0) metrics.count('WitnessUnreachable');
    });

    expect(linesOf()).toMatchObject([{ WitnessUnreachable: 15 }, { LinkLagMs: [80, 31_000, 90], ...toPeer }]);
    metrics.flush();
    expect(linesOf().slice(2)).toMatchObject([{ WitnessUnreachable: 1 }, { LinkLagMs: [100, 100, 100] }]);
  });

  it('are written twice a minute, and the rest of a run at its end', () => {
    const { metrics, beats } = createTestMetrics();
    beats(75, () => metrics.gauge('PlanEpoch', 1));
    expect(linesOf()).toHaveLength(2);
    metrics.flush();
    expect(linesOf()).toHaveLength(3);
    metrics.flush();
    expect(linesOf()).toHaveLength(3);
  });

  it('are written before a clock that went back, and not only once it has caught up', () => {
    const { metrics, beats, advance } = createTestMetrics();
    beats(10, () => metrics.gauge('PlanEpoch', 1));
    advance(-600_000);
    beats(31, () => metrics.gauge('PlanEpoch', 2));

    expect(linesOf()).toMatchObject([{ PlanEpoch: [1, 1, 1] }, { PlanEpoch: [2, 2, 2] }]);
  });
});

interface EmfLine extends Readonly<Record<string, unknown>> {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: readonly unknown[] };
}

const toPeer = { from: 'us-east-1', to: 'eu-west-1' };
const fromPeer = { from: 'eu-west-1', to: 'us-east-1' };

const directive = (dimensions: readonly string[], metrics: readonly object[]) => ({
  Namespace: 'Rejoin',
  Dimensions: [dimensions],
  Metrics: metrics,
});

const createTestMetrics = () => {
  let nowMs = Date.UTC(2026, 0, 1);
  const metrics = createAgentMetrics({ serviceName: 'region-agent', clock: { nowMs: () => nowMs } });
  const advance = (ms: number): void => {
    nowMs += ms;
  };
  return {
    metrics,
    advance,
    beats: (count: number, beat: (i: number) => void) => {
      for (let i = 0; i < count; i++) {
        beat(i);
        advance(1_000);
      }
    },
  };
};
