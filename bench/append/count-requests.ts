/**
 * What each command asks of DynamoDB, and what that consumes, as DynamoDB Local reports it. Requests to `control` are
 * counted by the second, since they are made by the second.
 */
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { type ObservedRequest, observeRequests } from '../../test/support/observe-requests.ts';
import { createClient } from '../../test/support/order-api-client.ts';
import { type BenchTables, createBenchApi, dynamoDbStores } from './bench-api.ts';
import { type CommandKind, commandKinds, sendMeasured } from './command-kinds.ts';

export interface CommandCost {
  readonly name: string;
  /** Such as `1 Query + 1 PutItem`. */
  readonly requests: string;
  readonly readUnits: number;
  /** Those of the index `by-ulid` included. */
  readonly writeUnits: number;
}

export interface RequestCounts {
  readonly costs: readonly CommandCost[];
  readonly controlRequestsPerSecond: number;
  readonly handledPerSecond: number;
}

export const countRequests = async (tables: BenchTables, rounds: number): Promise<RequestCounts> => {
  const observed = observeRequests(tables.documentClient);
  const handler = createBenchApi(dynamoDbStores(tables), 'us-east-1');
  let handled = 0;
  const api = createClient((event, context) => {
    handled += 1;
    return handler(event, context);
  });
  const costs: CommandCost[] = [];
  const startedAtMs = performance.now();
  for (const [number, kind] of commandKinds.entries()) {
    const measured: ObservedRequest[] = [];
    for (let round = 0; round < rounds; round++) {
      const id = `count-${number}-${round}`;
      await kind.prepare(api, id);
      const first = observed.length;
      await sendMeasured(kind, api, id);
      measured.push(...observed.slice(first).filter((request) => tableOf(request) !== tables.control));
    }
    costs.push(costOf(kind, measured, rounds));
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  const control = observed.filter((request) => tableOf(request) === tables.control);
  return { costs, controlRequestsPerSecond: control.length / seconds, handledPerSecond: handled / seconds };
};

const costOf = ({ name }: CommandKind, observed: readonly ObservedRequest[], rounds: number): CommandCost => {
  const byCommand = Map.groupBy(observed, ({ command }) => command);
  const requests = [...byCommand].map(([command, { length }]) => `${Number((length / rounds).toFixed(2))} ${command}`);
  const units = (isRead: boolean) =>
    observed
      .filter(({ command }) => readCommands.has(command) === isRead)
      .flatMap(capacitiesOf)
      .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0) / rounds;
  return { name, requests: requests.join(' + '), readUnits: units(true), writeUnits: units(false) };
};

const readCommands = new Set(['Query', 'GetItem']);

/** A transaction answers with a list. */
const capacitiesOf = ({ capacity }: ObservedRequest): readonly ConsumedCapacity[] =>
  capacity === undefined ? [] : [capacity].flat();

const tableOf = (request: ObservedRequest): string | undefined => capacitiesOf(request)[0]?.TableName;
