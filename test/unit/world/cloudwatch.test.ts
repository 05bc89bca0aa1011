import { describe, expect, it } from 'vitest';
import { createPowertools } from '../../../infra/powertools/create-powertools.ts';
import { writeMetricsLine } from '../../../infra/powertools/write-metrics-line.ts';
import { answerCloudWatch } from '../../../infra/world/cloudwatch/answer-cloudwatch.ts';
import { readEmfLine } from '../../../infra/world/cloudwatch/emf-line.ts';
import { createMetricStore } from '../../../infra/world/cloudwatch/metric-store.ts';
import { emfLine } from '../../support/emf-line.ts';
import { useWrittenOutput } from '../../support/written-output.ts';

const nowMs = Date.UTC(2026, 0, 1, 12);
const clock = { nowMs: () => nowMs };
const orderApi = { namespace: 'Rejoin', dimensions: { service: 'order-api' } };

describe('a line of a log', () => {
  const written = useWrittenOutput();

  it('is read as what Powertools counted', () => {
    const { metrics } = createPowertools({ serviceName: 'order-api' });
    metrics.count('AppendConflicts', 3, { keyClass: 'hot' });
    writeMetricsLine({
      serviceName: 'projector',
      metrics: [{ name: 'ProjectorLagMs', unit: 'Milliseconds', values: [5, 7] }],
    });

    expect(written.flatMap((line) => readEmfLine(line.trimEnd()) ?? [])).toMatchObject([
      { name: 'AppendConflicts', namespace: 'Rejoin', values: [3] },
      { name: 'ProjectorLagMs', dimensions: { service: 'projector' }, values: [5, 7] },
    ]);
    expect(readEmfLine(written[0]?.trimEnd() ?? '')?.[0]?.dimensions).toEqual({
      service: 'order-api',
      keyClass: 'hot',
    });
  });

  it('holds no number where one is announced and not there', () => {
    const line = emfLine({ atMs: nowMs, metrics: { RequestAnswered: 1 }, service: 'order-api' });
    expect(readEmfLine(line.replace('"RequestAnswered":1', '"RequestAnswered":"1"'))).toMatchObject([{ values: [] }]);
    expect(readEmfLine(line.replace('"RequestAnswered":1', '"other":1'))).toMatchObject([{ values: [] }]);
  });

  it.each([
    'an error',
    '',
    '{"level":"WARN","message":"slow"}',
    '{"_aws":',
    '{"_aws":1}',
    '{"_aws":{"Timestamp":-1,"CloudWatchMetrics":[]}}',
    '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"Rejoin"}]}}',
  ])('is for somebody to read when it is: %s', (line) => {
    expect(readEmfLine(line)).toBeUndefined();
    expect(createMetricStore().takeLogLine(line)).toBe(false);
  });
});

describe('the metrics of a region', () => {
  it('are told apart by all of their dimensions, in whatever order', () => {
    const store = createMetricStore();
    const line = (dimensions: readonly string[]) =>
      JSON.stringify({
        _aws: {
          Timestamp: nowMs,
          CloudWatchMetrics: [{ Namespace: 'Rejoin', Dimensions: [dimensions], Metrics: [{ Name: 'Conflicts' }] }],
        },
        service: 'order-api',
        keyClass: 'hot',
        Conflicts: 1,
      });
    for (const dimensions of [['service'], ['service', 'keyClass'], ['keyClass', 'service']])
      expect(store.takeLogLine(line(dimensions))).toBe(true);

    const sumOf = (dimensions: Readonly<Record<string, string>>) =>
      store.find({ namespace: 'Rejoin', name: 'Conflicts', dimensions })?.sum(nowMs, nowMs + 1_000);
    expect(sumOf({ service: 'order-api' })).toBe(1);
    expect(sumOf({ keyClass: 'hot', service: 'order-api' })).toBe(2);
    expect(sumOf({ keyClass: 'hot' })).toBeUndefined();
  });

  it('are no more than a bounded number of series, and the first are kept', () => {
    const store = createMetricStore();
    for (let i = 0; i < 2_000; i++)
      store.takeLogLine(emfLine({ atMs: nowMs, metrics: { RequestAnswered: 1 }, service: `function-${i}` }));
    const isKept = (i: number) =>
      store.find({ ...orderApi, name: 'RequestAnswered', dimensions: { service: `function-${i}` } }) !== undefined;
    expect([isKept(0), isKept(499), isKept(500), isKept(1_999)]).toEqual([true, true, false, false]);
  });
});

describe('GetMetricData', () => {
  const store = createMetricStore();
  for (const secondsAgo of [30, 20, 10])
    store.takeLogLine(
      emfLine({ atMs: nowMs - secondsAgo * 1_000, metrics: { RequestAnswered: secondsAgo }, service: 'order-api' }),
    );
  const query = {
    Id: 'answered',
    MetricStat: {
      Metric: {
        Namespace: 'Rejoin',
        MetricName: 'RequestAnswered',
        Dimensions: [{ Name: 'service', Value: 'order-api' }],
      },
      Period: 10,
      Stat: 'Sum',
    },
  };
  const now = nowMs / 1_000;
  const request = { MetricDataQueries: [query], StartTime: now - 60, EndTime: now, ScanBy: 'TimestampAscending' };
  const ask = (body: unknown) => answerCloudWatch(store, clock, 'GetMetricData', body);

  it('has a point for each period with data, from the start to before the end, the newest first when nobody says', () => {
    expect(ask(request)).toEqual({
      status: 200,
      body: {
        MetricDataResults: [
          {
            Id: 'answered',
            Label: 'RequestAnswered',
            Timestamps: [now - 30, now - 20, now - 10],
            Values: [30, 20, 10],
            StatusCode: 'Complete',
          },
        ],
        Messages: [],
      },
    });
    const { ScanBy: _, ...unordered } = request;
    expect(ask({ ...unordered, EndTime: now - 10 })).toMatchObject({
      body: { MetricDataResults: [{ Timestamps: [now - 20, now - 30] }] },
    });
  });

  it('has pages of as many points as are asked for, and says of what more is to come', () => {
    const paged = { ...request, MetricDataQueries: [query, { ...query, Id: 'again' }], MaxDatapoints: 4 };
    expect(ask(paged)).toMatchObject({
      body: {
        NextToken: '4',
        MetricDataResults: [
          { Id: 'answered', Values: [30, 20, 10], StatusCode: 'Complete' },
          { Id: 'again', Values: [30], StatusCode: 'PartialData' },
        ],
      },
    });
    const last = ask({ ...paged, NextToken: '4' });
    expect(last).toMatchObject({
      body: { MetricDataResults: [{ Values: [] }, { Values: [20, 10], StatusCode: 'Complete' }] },
    });
    expect(last.body).not.toHaveProperty('NextToken');
  });

  it('looks no further back than anything is kept, whatever is asked', () => {
    const ages = { ...request, StartTime: 0, EndTime: 1e15 };
    expect(ask(ages)).toMatchObject({ body: { MetricDataResults: [{ Values: [30, 20, 10] }] } });
  });

  it('adds up no more seconds than are kept, however long a period is', () => {
    const periods = [86_400, 60 * 10 ** 9].map((Period) => with_({ Period }));
    for (const asked of periods) expect(ask(asked)).toMatchObject({ body: { MetricDataResults: [{ Values: [60] }] } });
  });

  it.each([
    ['another action', 'PutMetricData', request],
    ['no query', 'GetMetricData', { ...request, MetricDataQueries: [] }],
    ['a statistic that the world does not have', 'GetMetricData', with_({ Stat: 'p99' })],
    ['a period that CloudWatch does not have', 'GetMetricData', with_({ Period: 7 })],
    ['a time that is none', 'GetMetricData', { ...request, StartTime: 'yesterday' }],
    ['a token that is not its own', 'GetMetricData', { ...request, NextToken: 'x' }],
    ['nothing', 'GetMetricData', null],
  ])('refuses %s', (_, action, body) => {
    expect(answerCloudWatch(store, clock, action, body)).toMatchObject({
      status: 400,
      body: { __type: expect.any(String), message: expect.any(String) },
    });
  });

  function with_(stat: object) {
    return { ...request, MetricDataQueries: [{ ...query, MetricStat: { ...query.MetricStat, ...stat } }] };
  }
});
