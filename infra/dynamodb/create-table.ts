/**
 * Creates a table where no CloudFormation does: on DynamoDB Local, whose tables are active at once. A table that already
 * stands is left as it is, so that a world can be started again over its own data.
 */
import { CreateTableCommand, type CreateTableCommandInput, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export const createTableIfMissing = async (
  client: DynamoDBDocumentClient,
  definition: CreateTableCommandInput,
): Promise<void> => {
  try {
    await client.send(new CreateTableCommand(definition));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
};
