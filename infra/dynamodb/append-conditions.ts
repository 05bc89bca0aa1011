/**
 * The conditions that the stores put on their writes, by name. Names of attributes are placeholders everywhere, since
 * DynamoDB reserves hundreds of words and grows the list.
 *
 * A condition sees only this region's replica. That is enough: writers in different regions own different positions.
 */
import { type Cut, seqAt } from '../../domain/ledger/cut.ts';

/** The key is the lock: of the writers that saw the same head, one finds its position free. */
export const positionIsFree = {
  ConditionExpression: 'attribute_not_exists(#stream)',
  ExpressionAttributeNames: { '#stream': 'stream' },
} as const;

export interface CutCondition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, string | number>;
}

/**
 * The stored row has seen nothing that `cut` has not. A condition can compare numbers that it can name, but cannot ask
 * whether there is a region that it does not know of. So the row also says of which regions it has numbers, and the
 * condition holds for exactly the `storedWriters` that the caller expects there.
 */
export const storedCutIsCovered = (cut: Cut, storedWriters: readonly string[]): CutCondition => {
  const isCovered = storedWriters.map((_, i) => ` AND #cut${i} <= :cut${i}`).join('');
  return {
    ConditionExpression: `attribute_not_exists(#stream) OR (#writers = :writers${isCovered})`,
    ExpressionAttributeNames: {
      '#stream': 'stream',
      '#writers': 'writers',
      ...Object.fromEntries(storedWriters.map((writer, i) => [`#cut${i}`, cutAttribute(writer)])),
    },
    ExpressionAttributeValues: {
      ':writers': storedWriters.join(','),
      ...Object.fromEntries(storedWriters.map((writer, i) => [`:cut${i}`, seqAt(cut, writer)])),
    },
  };
};

/** One number attribute per writer. */
export const cutAttribute = (writer: string): `cut_${string}` => `cut_${writer}`;
