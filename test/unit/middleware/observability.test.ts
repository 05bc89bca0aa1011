import { describe, expect, it } from 'vitest';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createPowertools } from '../../../infra/powertools/create-powertools.ts';
import { metricsNamespace } from '../../../infra/powertools/write-metrics-line.ts';
import { placed } from '../../support/builders/retail-drafts.ts';
import { createTestApi } from '../../support/order-api-client.ts';
import { useWrittenOutput } from '../../support/written-output.ts';

describe('observability', () => {
  const written = useWrittenOutput();

  it('logs ids and kinds of a command, and nothing of its payload', async () => {
    const api = createTestApi(createInMemoryEventStore({ sha256 }), {
      observability: createPowertools({ serviceName: 'order-api' }),
    });
    const reply = await api.post('/orders', 'key-of-the-customer', { orderId: '1001', ...placed('Recife').data });
    const lines = written.join('');
    expect(lines).toContain('"stream":"order/acme/1001"');
    expect(lines).toContain('"outcome":"appended"');
    expect(lines).toContain(reply.body.entry.id);
    for (const secret of ['Recife', 'High Street', 'customer-1', 'key-of-the-customer'])
      expect(lines).not.toContain(secret);
  });

  it('logs the error and writes the metric of a failed request', async () => {
    const store = createInMemoryEventStore({ sha256 });
    const api = createTestApi(
      { ...store, load: () => Promise.reject(new TypeError('the reason')) },
      { observability: createPowertools({ serviceName: 'order-api' }) },
    );
    expect((await api.get('/orders/1001')).status).toBe(500);
    const lines = written.join('');
    expect(lines).toContain('the reason');
    expect(lines).toContain(`"Namespace":"${metricsNamespace}"`);
    expect(lines).toContain('"RequestFailed":1');
  });
});
