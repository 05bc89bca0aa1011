/** Sends the examples of the OpenAPI document, one after the other, to a region in memory that nobody has used before. */
import type { TrafficReader } from '../../domain/ports/traffic.ts';
import { beginCaseLife, stepCaseLife } from '../../domain/review/case-life.ts';
import { createInMemoryControlStore } from '../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryTraffic } from '../../infra/in-memory/in-memory-traffic.ts';
import { createLiveViews } from '../../projections/read-models/live-views.ts';
import type { OpenApiDocument } from '../../services/order-api/open-api/open-api.ts';
import { type Example, retailExamples } from '../../services/order-api/open-api/retail-examples.ts';
import { type CaseLives, createCaseLives } from '../../services/review/case-lives.ts';
import { createTestApi, type Reply, startMs } from './order-api-client.ts';
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
  const lives = createCaseLives(createInMemoryControlStore());
  const api = createTestApi(region.eventStore, { views: createLiveViews(region), writePlan, lives, traffic: lately() });
  const sent: SentExample[] = [];
  for (const example of retailExamples) {
    const about = sent.find((it) => it.example.name === example.caseOf)?.reply.body.entry;
    const { method, path } = placeOf(document, example, about?.id);
    const { body, query, headers = {} } = example;
    if (example.operationId === 'listOrders' || example.operationId === 'listCases')
      for await (const stream of region.eventStore.streams()) await region.project(stream);
    if (example.operationId === 'listCases') await rememberCases(region, lives);
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

/** What was counted a few minutes before anybody asks. */
const lately = (): TrafficReader => {
  let nowMs = startMs - 400_000;
  const traffic = createInMemoryTraffic({ periodSeconds: 300, clock: { nowMs: () => nowMs } });
  traffic.count('RequestAnswered', 36_411);
  traffic.count('RequestFailed', 2);
  traffic.count('EntriesAppended', 29_870);
  nowMs = startMs;
  return traffic;
};

/** As the review leaves its cases while their grace period runs. */
const rememberCases = async (region: ProjectedRegion, lives: CaseLives): Promise<void> => {
  for await (const stream of region.eventStore.streams()) {
    const { entries } = await region.eventStore.load(stream);
    for (const { id } of region.fold(entries).cases) {
      const entry = entries.find((it) => it.id === id);
      if (!entry) continue;
      const found = { caseId: id, stream, position: entry.position, acceptedIn: entry.region };
      const born = beginCaseLife(found, startMs);
      const waits = stepCaseLife(born, { kind: 'workflow-drawn', lookAtMs: startMs + 96 * 60 * 60_000 }, startMs);
      if (waits) await lives.replace(waits, 0);
    }
  }
};

type ProjectedRegion = Awaited<ReturnType<typeof createProjectedRegion>>;

const placeOf = ({ paths = {} }: OpenApiDocument, { operationId, orderId }: Example, caseId: string | undefined) => {
  for (const [path, item] of Object.entries(paths))
    for (const method of ['get', 'post'] as const)
      if (item[method]?.operationId === operationId)
        return { method: method.toUpperCase(), path: path.replace('{id}', orderId ?? caseId ?? '') };
  throw new Error(`the document has no operation ${operationId}`);
};
