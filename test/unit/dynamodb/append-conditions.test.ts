import { expect, it } from 'vitest';
import { positionIsFree } from '../../../infra/dynamodb/append-conditions.ts';

it('the condition of an append names its attribute by a placeholder', () => {
  const { ConditionExpression, ExpressionAttributeNames } = positionIsFree;
  const words = ConditionExpression.match(/[#:]?\b\w+/g) ?? [];
  expect(words.filter((word) => word !== 'attribute_not_exists')).toEqual(Object.keys(ExpressionAttributeNames));
});
