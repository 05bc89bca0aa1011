/**
 * What a rebuild costs, beside what the engine alone costs: a bare parallel scan of the same table, and that scan with as
 * many rows of the same size written in transactions. All three in one run, in turns, since machines and engines warm up.
 */
import { type AttributeValue, ScanCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { ScanCommand as DocumentScanCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTableIfMissing } from '../../infra/dynamodb/create-table.ts';
import { transactionRowsMax, transactionsAtATime } from '../../infra/dynamodb/dynamodb-limits.ts';
import { viewsTable } from '../../infra/dynamodb/ledger-table.ts';
import { cleanGenerations } from '../../projections/rebuild/clean-generations.ts';
import { type RebuildDeps, type Rebuilt, rebuildGeneration } from '../../projections/rebuild/rebuild-generation.ts';
import { runParts } from '../../projections/rebuild/run-parts.ts';

export interface MeasuredRound {
  readonly entries: number;
  readonly rows: number;
  readonly scanMs: number;
  readonly writeMs: number;
  /** Scan, fold, write: until the last row stands. */
  readonly buildMs: number;
  /** With comparison, totals and switch. */
  readonly rebuildMs: number;
}

export interface MeasureDeps extends RebuildDeps {
  readonly documentClient: DynamoDBDocumentClient;
  readonly ledger: string;
  readonly views: string;
  readonly parts: number;
}

export const measureRound = async (deps: MeasureDeps, round: number): Promise<MeasuredRound> => {
  const [scanMs, entries] = await timed(() => scanBare(deps));
  const [rebuildMs, rebuilt] = await timed(() => rebuildGeneration(deps, { parts: deps.parts }));
  if (rebuilt.kind !== 'switched') throw new Error(`the rebuild ended otherwise: ${describe(rebuilt)}`);
  await cleanGenerations(deps, { graceMs: 0 });
  const items = await rowsOf(deps);
  const floor = `floor-${round}`;
  await createTableIfMissing(deps.documentClient, viewsTable(floor));
  const [writeMs] = await timed(() => writeBare(deps, floor, items));
  const { buildingMs } = rebuilt.figures;
  return { entries, rows: items.length, scanMs, writeMs, buildMs: buildingMs, rebuildMs };
};

const describe = (rebuilt: Rebuilt): string => JSON.stringify(rebuilt);

const timed = async <Result>(work: () => Promise<Result>): Promise<[number, Result]> => {
  const startedAtMs = performance.now();
  const result = await work();
  return [performance.now() - startedAtMs, result];
};

/** As the client gives them: not one item is looked at. */
const scanBare = async ({ documentClient, ledger, parts }: MeasureDeps): Promise<number> => {
  let entries = 0;
  await runParts(parts, async (part) => {
    let startKey: Record<string, unknown> | undefined;
    do {
      const answer = await documentClient.send(
        new DocumentScanCommand({
          TableName: ledger,
          ConsistentRead: true,
          Segment: part,
          TotalSegments: parts,
          ExclusiveStartKey: startKey,
        }),
      );
      entries += answer.Items?.length ?? 0;
      startKey = answer.LastEvaluatedKey;
    } while (startKey !== undefined);
  });
  return entries;
};

type Item = Record<string, AttributeValue>;

/** Of the generation that is left, as DynamoDB holds them. */
const rowsOf = async ({ documentClient, views }: MeasureDeps): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let startKey: Item | undefined;
  do {
    const answer = await documentClient.send(new ScanCommand({ TableName: views, ExclusiveStartKey: startKey }));
    items.push(...(answer.Items ?? []).filter(({ view }) => view?.S?.endsWith('/order')));
    startKey = answer.LastEvaluatedKey;
  } while (startKey !== undefined);
  return items;
};

const writeBare = ({ documentClient }: MeasureDeps, table: string, items: readonly Item[]): Promise<void> =>
  runParts(transactionsAtATime, async (part) => {
    for (let i = part * transactionRowsMax; i < items.length; i += transactionsAtATime * transactionRowsMax)
      await documentClient.send(
        new TransactWriteItemsCommand({
          TransactItems: items.slice(i, i + transactionRowsMax).map((Item) => ({
            Put: {
              TableName: table,
              Item,
              ConditionExpression: 'attribute_not_exists(#stream)',
              ExpressionAttributeNames: { '#stream': 'stream' },
            },
          })),
        }),
      );
  });
