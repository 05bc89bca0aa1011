/** How long the handler takes by itself: everything but DynamoDB, whose answers come from memory here. */
import { createClient } from '../../test/support/order-api-client.ts';
import { createBenchApi, inMemoryStores } from './bench-api.ts';
import { type CommandKind, commandKinds, sendMeasured } from './command-kinds.ts';
import { quantile } from './quantile.ts';

export interface HandlerTime {
  readonly name: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export const timeHandler = async (commands: number): Promise<readonly HandlerTime[]> => {
  const times: HandlerTime[] = [];
  // A lap that does not count: the engine compiles what is hot, whatever comes first.
  for (const kind of commandKinds) await timeKind(kind, Math.ceil(commands / 5));
  for (const kind of commandKinds) {
    const tookMs = await timeKind(kind, commands);
    times.push({ name: kind.name, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) });
  }
  return times;
};

/** From the event to the answer. */
const timeKind = async (kind: CommandKind, commands: number): Promise<readonly number[]> => {
  const handler = createBenchApi(inMemoryStores(), 'us-east-1');
  let tookMs = 0;
  const api = createClient(async (event, context) => {
    const startedAtMs = performance.now();
    const answer = await handler(event, context);
    tookMs = performance.now() - startedAtMs;
    return answer;
  });
  const measured: number[] = [];
  for (let i = 0; i < commands; i++) {
    const id = `time-${kind.changesNothing ? 0 : i}`;
    if (i === 0 || !kind.changesNothing) await kind.prepare(api, id);
    await sendMeasured(kind, api, id);
    measured.push(tookMs);
  }
  return measured;
};
