/**
 * What a region's host takes for DynamoDB where the ledger is strongly consistent: an address in front of the region's
 * database, which lets everything pass but what the table's coordination has a say in.
 *
 * It keeps nothing. An answer that is lost here, or with the whole process, leaves the client where AWS would: it does not
 * know, and reads back.
 */
import { type Relay, startRelay } from '../local-http.ts';
import type { DatabaseAnswer, Replica } from './replica.ts';
import type { StrongTable, TableAnswer } from './strong-table.ts';
import { readTableRequest } from './table-request.ts';

export interface StrongFrontOptions {
  readonly region: string;
  readonly tableName: string;
  readonly table: Pick<StrongTable, 'read' | 'write'>;
  readonly replica: Pick<Replica, 'send'>;
  /** Of the region's database: nobody else is let in. */
  readonly accessKeyId: string;
  readonly onFault: (fault: unknown) => void;
}

/** As much as DynamoDB takes. */
const bodyBytesMax = 16 * 1024 * 1024;

export const startStrongFront = (options: StrongFrontOptions): Promise<Relay> => {
  const { region, tableName, table, replica, accessKeyId, onFault } = options;
  return startRelay({
    bodyBytesMax,
    onFault,
    admit: ({ authorization = '', 'x-amz-target': target }) => {
      const operation = operationPattern.exec(String(target))?.[1];
      return operation !== undefined && authorization.includes(`Credential=${accessKeyId}/`)
        ? { kind: 'admitted', asked: operation }
        : { kind: 'refused', detail: `only ${region} may ask here, and only DynamoDB` };
    },
    answer: async (operation, body) => {
      const perform = () => replica.send(operation, body);
      const request = readTableRequest(tableName, operation, body);
      switch (request.kind) {
        case 'passing':
          return perform();
        case 'strong-read':
          return toAnswer(await table.read(region, perform));
        case 'write':
          return toAnswer(await table.write(region, { ...request, perform }));
        case 'refused':
          return failure(400, 'ValidationException', request.reason);
      }
    },
  });
};

const operationPattern = /^DynamoDB_20120810\.([A-Za-z]+)$/;

const toAnswer = (given: TableAnswer): DatabaseAnswer => {
  switch (given.kind) {
    case 'answered':
      return given.answer;
    case 'conflict':
      return failure(400, 'ReplicatedWriteConflictException', 'another region is writing the item');
    case 'unavailable':
      return failure(500, 'InternalServerError', given.reason);
  }
};

const failure = (status: number, type: string, message: string): DatabaseAnswer => ({
  status,
  contentType: 'application/x-amz-json-1.0',
  body: Buffer.from(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message })),
});
