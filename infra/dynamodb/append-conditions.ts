/**
 * The condition that the ledger puts on its writes. Names of attributes are placeholders everywhere, since DynamoDB
 * reserves hundreds of words and grows the list.
 *
 * A condition sees only this region's replica. That is enough: writers in different regions own different positions.
 */

/** The key is the lock: of the writers that saw the same head, one finds its position free. */
export const positionIsFree = {
  ConditionExpression: 'attribute_not_exists(#stream)',
  ExpressionAttributeNames: { '#stream': 'stream' },
} as const;
