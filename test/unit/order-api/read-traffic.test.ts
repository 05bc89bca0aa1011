import { describe, expect, it } from 'vitest';
import { TrafficFault, type TrafficReader } from '../../../domain/ports/traffic.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryTraffic } from '../../../infra/in-memory/in-memory-traffic.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { quietObservability } from '../../../services/middleware/observability.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi, startMs } from '../../support/order-api-client.ts';

const apiTelling = (traffic?: TrafficReader) =>
  createTestApi(createInMemoryEventStore({ sha256 }), { ...(traffic && { traffic }) });

describe('reading the traffic', () => {
  it('tells of the last 15 minutes what the API itself has counted', async () => {
    let nowMs = startMs;
    const traffic = createInMemoryTraffic({ periodSeconds: 60, clock: { nowMs: () => nowMs } });
    const api = createTestApi(createInMemoryEventStore({ sha256 }), {
      traffic,
      observability: { ...quietObservability(), metrics: traffic },
    });
    await api.post('/orders', 'k', { orderId: '1001', ...placed('Recife').data });
    await api.get('/orders/1001');
    await api.get('/orders/unknown');
    nowMs += 120_000;

    const { status, body } = await api.get('/traffic');

    expect({ status, region: body.region, periodSeconds: body.periodSeconds }).toEqual({
      status: 200,
      region: 'us-east-1',
      periodSeconds: 60,
    });
    expect(body.periods).toHaveLength(15);
    expect(body.periods.find(({ answered }: { answered: number }) => answered > 0)).toEqual({
      from: new Date(startMs).toISOString(),
      answered: 3,
      failed: 0,
      appended: 1,
    });
  });

  it('is a 503 that says when to come again, while the counts cannot be had', async () => {
    const { status, body, headers } = await apiTelling({
      read: () => Promise.reject(new TrafficFault('CloudWatch is away')),
    }).get('/traffic');
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('5');
    expect(body.type).toBe('urn:rejoin:problem:traffic-unavailable');
    expect(JSON.stringify(body)).not.toContain('CloudWatch');
  });

  it('is a 501 where the deployment does not tell', async () => {
    const { status, body } = await apiTelling().get('/traffic');
    expect(status).toBe(501);
    expect(body.detail).toContain('TRAFFIC_PERIOD_SECONDS');
  });

  it('takes no parameters', async () => {
    expect((await apiTelling().get('/traffic', { query: { period: '5' } })).status).toBe(400);
  });
});
