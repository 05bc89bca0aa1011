import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TrafficFault } from '../../../domain/ports/traffic.ts';
import { createCloudWatchClient } from '../../../infra/cloudwatch/cloudwatch-client.ts';
import { createCloudWatchTraffic } from '../../../infra/cloudwatch/cloudwatch-traffic.ts';
import { type AwsServices, startAwsServices } from '../../../infra/world/aws-services.ts';
import { trafficContract } from '../../support/contracts/traffic-contract.ts';
import { emfLine } from '../../support/emf-line.ts';

let services: AwsServices;
let client: CloudWatchClient;
let requests = 0;
let isOut = false;
let functions = 0;
/** Each test's counts are those of a function of its own. */
const newServiceName = () => `order-api-${++functions}`;

beforeAll(async () => {
  services = await startAwsServices({ region: 'eu-west-1', isOut: () => isOut, onFault: () => undefined });
  client = createCloudWatchClient({
    region: 'eu-west-1',
    endpoint: services.endpoint,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  client.middlewareStack.add((next) => (args) => next(args).finally(() => requests++), { step: 'initialize' });
});
afterAll(async () => {
  client.destroy();
  await services.stop();
});

trafficContract("CloudWatch's own client against the world's service", async ({ periodSeconds, clock }) => {
  const serviceName = newServiceName();
  return {
    reader: createCloudWatchTraffic({ client, serviceName, periodSeconds, clock }),
    count: (name, value) => {
      services.takeLogLine(emfLine({ atMs: clock.nowMs(), metrics: { [name]: value }, service: serviceName }));
    },
  };
});

describe('the traffic of CloudWatch', () => {
  const periodSeconds = 60;
  let nowMs: number;
  const clock = { nowMs: () => nowMs };
  const open = (serviceName = newServiceName(), datapointsMax?: number) =>
    createCloudWatchTraffic({
      client,
      serviceName,
      periodSeconds,
      clock,
      ...(datapointsMax !== undefined && { datapointsMax }),
    });

  beforeEach(() => {
    nowMs = Math.floor(Date.now() / 60_000) * 60_000;
    requests = 0;
  });

  it('is read with one request for all who ask at once, and for a third of a period after', async () => {
    const reader = open();
    const first = await Promise.all(Array.from({ length: 50 }, () => reader.read()));
    nowMs += 19_999;
    const again = await reader.read();
    expect(new Set([...first, again]).size).toBe(1);
    expect(requests).toBe(1);

    nowMs += 1;
    await reader.read();
    expect(requests).toBe(2);
  });

  it('is read again when the clock went back', async () => {
    const reader = open();
    await reader.read();
    nowMs -= 3_600_000;
    await reader.read();
    expect(requests).toBe(2);
  });

  it('is the same, however few points a page has', async () => {
    const serviceName = newServiceName();
    for (let minute = 2; minute < 14; minute++)
      services.takeLogLine(
        emfLine({
          atMs: nowMs - minute * 60_000,
          metrics: { RequestAnswered: minute, RequestFailed: [1, minute], EntriesAppended: 2 * minute },
          service: serviceName,
        }),
      );

    const whole = await open(serviceName).read();
    const paged = await open(serviceName, 5).read();

    expect(paged).toEqual(whole);
    expect(requests).toBe(1 + Math.ceil((3 * 12) / 5));
    expect(whole.periods.filter(({ answered }) => answered > 0).map(({ failed }) => failed)).toEqual(
      Array.from({ length: 12 }, (_, i) => 14 - i),
    );
  });

  it('is a fault while CloudWatch cannot be asked, and is there again afterwards', async () => {
    const reader = open();
    isOut = true;
    await expect(reader.read()).rejects.toThrow(TrafficFault);
    isOut = false;
    nowMs += 5_000;
    expect((await reader.read()).periods).toHaveLength(15);
  });

  it('is not asked for again at once by those who come after a fault', async () => {
    const reader = open();
    isOut = true;
    for (let reads = 1; reads <= 10; reads++) {
      await expect(reader.read()).rejects.toThrow(TrafficFault);
      nowMs += 499;
    }
    isOut = false;
    expect(requests).toBe(1);
  });
});
