import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPowertools, type Powertools } from '../../../infra/powertools/create-powertools.ts';
import { metricsNamespace } from '../../../infra/powertools/write-metrics-line.ts';
import { lambdaContext } from '../../support/stream-event.ts';

describe('powertools', () => {
  const written: string[] = [];

  beforeEach(() => {
    written.length = 0;
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const metricLines = (): readonly MetricLine[] =>
    written
      .flatMap((text) => text.split('\n'))
      .filter((line) => line.includes('_aws'))
      .map((line) => JSON.parse(line));

  const invoke = async (work: (powertools: Powertools) => void): Promise<void> => {
    const powertools = createPowertools({ serviceName: 'projector' });
    await middy()
      .use([...powertools.middlewares])
      .handler(async () => work(powertools))({ order: 'Recife' }, lambdaContext());
  };

  it('ties the log lines of a request together, and leaves the event out of them', async () => {
    const { logger, middlewares } = createPowertools({
      serviceName: 'order-api',
      correlationIdPath: 'requestContext.requestId',
    });
    const handler = middy()
      .use([...middlewares])
      .handler(async () => logger.info('command', { stream: 'order/acme/1001' }));
    await handler({ requestContext: { requestId: 'request-7' }, body: 'Recife' }, lambdaContext());
    await handler({ requestContext: {}, body: 'Recife' }, lambdaContext());

    const lines = written.filter((text) => text.includes('"command"')).map((text) => JSON.parse(text));
    expect(lines.map((line) => line.correlation_id)).toEqual(['request-7', 'none']);
    expect(written.join()).not.toContain('Recife');
  });

  it('writes the counts of an invocation as one line', async () => {
    await invoke(({ metrics }) => {
      metrics.count('ViewsStored', 7);
      metrics.count('DeadLetters');
    });

    const line = metricLines().find((it) => 'ViewsStored' in it);
    expect(line).toMatchObject({ ViewsStored: 7, DeadLetters: 1, service: 'projector' });
    expect(line?._aws.CloudWatchMetrics).toMatchObject([{ Namespace: metricsNamespace, Dimensions: [['service']] }]);
  });

  it('writes readings with dimensions of their own as a line of their own', async () => {
    await invoke(({ metrics }) => {
      metrics.count('ViewsStored', 1);
      metrics.measure('ReplicationLagMs', [70, 60], { from: 'eu-west-1', to: 'us-east-1' });
      metrics.measure('ReplicationLagMs', [80], { from: 'ap-south-1', to: 'us-east-1' });
      metrics.measure('ProjectorLagMs', [5]);
      metrics.measure('ReplicationLagMs', [], { from: 'nowhere', to: 'us-east-1' });
    });

    const lines = metricLines().filter((it) => 'ReplicationLagMs' in it);
    expect(lines).toMatchObject([
      { ReplicationLagMs: [70, 60], service: 'projector', from: 'eu-west-1', to: 'us-east-1' },
      { ReplicationLagMs: 80, service: 'projector', from: 'ap-south-1', to: 'us-east-1' },
    ]);
    expect(lines[0]?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: metricsNamespace,
        Dimensions: [['service', 'from', 'to']],
        Metrics: [{ Name: 'ReplicationLagMs', Unit: 'Milliseconds' }],
      },
    ]);
    const own = metricLines().find((it) => 'ProjectorLagMs' in it);
    expect(own?._aws.CloudWatchMetrics).toMatchObject([{ Dimensions: [['service']] }]);
    expect(metricLines().find((it) => 'ViewsStored' in it)).not.toHaveProperty('from');
  });

  it('writes a count with dimensions as a line of its own, at once', async () => {
    const { metrics } = createPowertools({ serviceName: 'order-api' });
    metrics.count('AppendConflicts', 1, { keyClass: 'hot' });

    expect(metricLines()).toMatchObject([
      {
        AppendConflicts: 1,
        keyClass: 'hot',
        _aws: {
          CloudWatchMetrics: [
            {
              Namespace: metricsNamespace,
              Dimensions: [['service', 'keyClass']],
              Metrics: [{ Name: 'AppendConflicts', Unit: 'Count' }],
            },
          ],
        },
      },
    ]);
  });

  it('writes a thousand readings as quantiles on one line, the extremes included', async () => {
    const valuesMs = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);

    await invoke(({ metrics }) => metrics.measure('ReplicationLagMs', valuesMs, { from: 'eu-west-1', to: 'here' }));

    const [line, ...more] = metricLines().filter((it) => 'ReplicationLagMs' in it);
    const values = line?.['ReplicationLagMs'] as number[];
    expect(more).toEqual([]);
    expect(values).toHaveLength(99);
    expect([values[0], values[49], values[98]]).toEqual([0, 500, 999]);
  });

  it('captures neither what comes in nor what goes out', async () => {
    await invoke(({ logger }) => logger.error('something happened', { stream: 'order/acme/1' }));

    expect(written.join('')).not.toContain('Recife');
  });
});

interface MetricLine extends Readonly<Record<string, unknown>> {
  readonly _aws: { readonly CloudWatchMetrics: readonly unknown[] };
}
