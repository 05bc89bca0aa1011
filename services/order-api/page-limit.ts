/**
 * How many items a client wants on a page: one rule for every list.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Read, read, refuse } from './request.ts';

export const pageItemsMax = 100;
export const pageItemsDefault = 50;

export const readPageLimit = (event: APIGatewayProxyEventV2): Read<number> => {
  const { limit = String(pageItemsDefault) } = event.queryStringParameters ?? {};
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > pageItemsMax)
    return refuse({ kind: 'invalid-query', name: 'limit', detail: `A whole number from 1 to ${pageItemsMax}.` });
  return read(Number(limit));
};
