/** Sends the examples of the OpenAPI document, one after the other, to a region in memory that nobody has used before. */
import { createLiveViews } from '../../projections/read-models/live-views.ts';
import type { OpenApiDocument } from '../../services/order-api/open-api/open-api.ts';
import { type Example, retailExamples } from '../../services/order-api/open-api/retail-examples.ts';
import { createTestApi, type Reply } from './order-api-client.ts';
import { createProjectedRegion } from './projected-orders.ts';
import { createTestPlanRegion } from './test-write-plan.ts';

export interface SentExample {
  readonly example: Example;
  readonly method: string;
  readonly path: string;
  readonly reply: Reply;
}

export const sendExamples = async (document: OpenApiDocument): Promise<readonly SentExample[]> => {
  const region = await createProjectedRegion([]);
  const { service: writePlan } = await createTestPlanRegion({ eventStore: region.eventStore });
  const api = createTestApi(region.eventStore, { views: createLiveViews(region), writePlan });
  const sent: SentExample[] = [];
  for (const example of retailExamples) {
    const { method, path } = placeOf(document, example);
    const { body, query, headers = {} } = example;
    if (example.operationId === 'listOrders')
      for await (const stream of region.eventStore.streams()) await region.project(stream);
    const reply = await api.send(method, path, {
      as: { subject: 'shop' },
      ...(query && { query }),
      ...(body !== undefined && { rawBody: JSON.stringify(body) }),
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    });
    sent.push({ example, method, path, reply });
  }
  return sent;
};

const placeOf = ({ paths = {} }: OpenApiDocument, { operationId, orderId = '' }: Example) => {
  for (const [path, item] of Object.entries(paths))
    for (const method of ['get', 'post'] as const)
      if (item[method]?.operationId === operationId)
        return { method: method.toUpperCase(), path: path.replace('{id}', orderId) };
  throw new Error(`the document has no operation ${operationId}`);
};
