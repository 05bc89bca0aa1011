/**
 * One command over DynamoDB Local against the least that it could cost: the same Query and the same conditional PutItem of
 * the same item, bare, through a client of the same kind. In turns, since machines and engines warm up.
 */
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { positionIsFree } from '../../infra/dynamodb/append-conditions.ts';
import { createClient } from '../../test/support/order-api-client.ts';
import { type BenchTables, createBenchApi, dynamoDbStores } from './bench-api.ts';
import { factOnFive, sendMeasured } from './command-kinds.ts';
import { quantile } from './quantile.ts';

export interface FloorFigures {
  readonly commandMs: number;
  readonly floorMs: number;
  /** Of the medians. */
  readonly ratio: number;
}

export const measureAgainstFloor = async (tables: BenchTables, rounds: number): Promise<FloorFigures> => {
  const api = createClient(createBenchApi(dynamoDbStores(tables), 'us-east-1'));
  const [commands, floors]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const number = String(round).padStart(6, '0');
    const [id, bareStream] = [`fact-${number}`, `order/acme/bare-${number}`];
    await factOnFive.prepare(api, id);
    const commandMs = await timed(() => sendMeasured(factOnFive, api, id));
    const items = await query(tables, `order/acme/${id}`);
    const bare = items.map((item) => ({ ...item, stream: bareStream }));
    const last = bare.pop();
    for (const item of bare) await put(tables, item);
    const floorMs = await timed(async () => {
      await query(tables, bareStream);
      await put(tables, last ?? {});
    });
    // The first tenth warms up.
    if (round < rounds / 10) continue;
    commands.push(commandMs);
    floors.push(floorMs);
  }
  const [commandMs, floorMs] = [quantile(commands, 0.5), quantile(floors, 0.5)];
  return { commandMs, floorMs, ratio: commandMs / floorMs };
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
};

type Item = Record<string, unknown>;

const query = async (tables: BenchTables, stream: string): Promise<readonly Item[]> => {
  const { documentClient, ledger } = tables;
  const answer = await documentClient.send(
    new QueryCommand({
      TableName: ledger,
      ConsistentRead: true,
      KeyConditionExpression: '#stream = :stream',
      ExpressionAttributeNames: { '#stream': 'stream' },
      ExpressionAttributeValues: { ':stream': stream },
    }),
  );
  return answer.Items ?? [];
};

const put = async ({ documentClient, ledger }: BenchTables, item: Item): Promise<void> => {
  await documentClient.send(new PutCommand({ TableName: ledger, Item: item, ...positionIsFree }));
};
