import { describe, expect, it } from 'vitest';
import { positionIsFree, storedCutIsCovered } from '../../../infra/dynamodb/append-conditions.ts';

describe('the conditions of the stores', () => {
  it('name every attribute by a placeholder', () => {
    const conditions = [positionIsFree, storedCutIsCovered({ a: 1, b: 2 }, ['a', 'b'])];
    for (const { ConditionExpression, ExpressionAttributeNames } of conditions) {
      const words = ConditionExpression.match(/[#:]?\b\w+/g) ?? [];
      const names = words.filter((word) => word.startsWith('#'));
      expect(new Set(names)).toEqual(new Set(Object.keys(ExpressionAttributeNames)));
      const bare = words.filter((word) => !/^[#:]/.test(word));
      expect(new Set([...bare, 'attribute_not_exists', 'OR', 'AND'])).toEqual(
        new Set(['attribute_not_exists', 'OR', 'AND']),
      );
    }
  });

  it('compare the number of every region that is expected in the stored cut', () => {
    expect(storedCutIsCovered({ 'us-east-1': 7, 'eu-west-1': 3 }, ['eu-west-1', 'us-east-1'])).toEqual({
      ConditionExpression:
        'attribute_not_exists(#stream) OR (#writers = :writers AND #cut0 <= :cut0 AND #cut1 <= :cut1)',
      ExpressionAttributeNames: {
        '#stream': 'stream',
        '#writers': 'writers',
        '#cut0': 'cut_eu-west-1',
        '#cut1': 'cut_us-east-1',
      },
      ExpressionAttributeValues: { ':writers': 'eu-west-1,us-east-1', ':cut0': 3, ':cut1': 7 },
    });
  });
});
