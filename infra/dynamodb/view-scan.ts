/**
 * Reads through the views table, in whole or in equal parts, page by page. Generations lie side by side in it: what is
 * not asked for is read and paid for, but not sent.
 */
import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type FlatItem, toFlatItem } from './flat-item.ts';
import type { RequestRetry } from './request-retry.ts';

export interface ViewScanOptions {
  /** Of these sort keys only. */
  readonly views: readonly string[];
  readonly keysOnly?: boolean;
  readonly part: number;
  readonly parts: number;
}

export interface ViewScanDeps {
  readonly documentClient: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly retry: RequestRetry;
}

export type ViewScan = (options: ViewScanOptions) => AsyncGenerator<readonly FlatItem[]>;

export const createViewScan = ({ documentClient, tableName, retry }: ViewScanDeps): ViewScan =>
  async function* ({ views, keysOnly = false, part, parts }) {
    let startKey: ScanCommandOutput['LastEvaluatedKey'];
    do {
      const answer = await retry(`scan the views, part ${part} of ${parts}`, () =>
        documentClient.send(
          new ScanCommand({
            TableName: tableName,
            ConsistentRead: true,
            ExclusiveStartKey: startKey,
            Segment: part,
            TotalSegments: parts,
            FilterExpression: `#view IN (${views.map((_, i) => `:view${i}`).join(', ')})`,
            ExpressionAttributeNames: { '#view': 'view', ...(keysOnly ? { '#stream': 'stream' } : {}) },
            ExpressionAttributeValues: Object.fromEntries(views.map((view, i) => [`:view${i}`, { S: view }])),
            ...(keysOnly ? { ProjectionExpression: '#stream, #view' } : {}),
          }),
        ),
      );
      if (answer.Items && answer.Items.length > 0) yield answer.Items.map(toFlatItem);
      startKey = answer.LastEvaluatedKey;
    } while (startKey !== undefined);
  };
