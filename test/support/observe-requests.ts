/**
 * Looks over the shoulder of an SDK client: which commands it sends and what capacity they consume.
 */
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export interface ObservedRequest {
  readonly command: string;
  readonly capacity: ConsumedCapacity | undefined;
}

/** The list grows with every request that leaves the client. */
export const observeRequests = (client: DynamoDBDocumentClient): readonly ObservedRequest[] => {
  const observed: ObservedRequest[] = [];
  client.middlewareStack.add(
    (next) => (args) => next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'INDEXES' } }),
    { step: 'initialize', name: 'askForCapacity' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const index = observed.push({ command: commandOf(context), capacity: undefined }) - 1;
      const result = await next(args);
      const capacity = (result.output as { ConsumedCapacity?: ConsumedCapacity }).ConsumedCapacity;
      observed[index] = { command: commandOf(context), capacity };
      return result;
    },
    // Innermost of what runs once a try: a retry by the SDK would be seen here.
    { step: 'finalizeRequest', priority: 'low', name: 'observeRequests' },
  );
  return observed;
};

const commandOf = ({ commandName }: { commandName?: string }): string => commandName?.replace(/Command$/, '') ?? '';
