/**
 * What a region's host takes for DynamoDB where the ledger is strongly consistent: an address in front of the region's
 * database, which lets everything pass but what the table's coordination has a say in.
 *
 * It keeps nothing. An answer that is lost here, or with the whole process, leaves the client where AWS would: it does not
 * know, and reads back.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { checkLocal, closeServer, listenLocally, readBody, sendProblem } from '../local-http.ts';
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

export interface StrongFront {
  /** On 127.0.0.1. */
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** As much as DynamoDB takes. */
const bodyBytesMax = 16 * 1024 * 1024;

export const startStrongFront = async (options: StrongFrontOptions): Promise<StrongFront> => {
  const { region, tableName, table, replica, accessKeyId, onFault } = options;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const check = checkLocal(request, port);
    if (check.kind === 'refused') return refuse(response, check.detail);
    const { authorization = '', 'x-amz-target': target } = request.headers;
    const operation = operationPattern.exec(String(target))?.[1];
    if (operation === undefined || !authorization.includes(`Credential=${accessKeyId}/`))
      return refuse(response, `only ${region} may ask here, and only DynamoDB`);
    const read = await readBody(request, bodyBytesMax);
    if (read.kind === 'too-large') return refuse(response, `a request may have ${bodyBytesMax} bytes`);
    send(response, await answerOf(operation, read.body));
  };

  const answerOf = async (operation: string, body: Buffer): Promise<DatabaseAnswer> => {
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
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((fault: unknown) => {
      // Who asked may have hung up, and then there is nothing to tell.
      if (!response.destroyed) onFault(fault);
      response.destroy();
    });
  });
  const port = await listenLocally(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
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

const send = (response: ServerResponse, { status, contentType, body }: DatabaseAnswer): void => {
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
};

const refuse = (response: ServerResponse, detail: string): void =>
  sendProblem(response, { status: 403, title: 'Forbidden', detail });
