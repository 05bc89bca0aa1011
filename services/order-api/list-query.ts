/**
 * The query of `GET /orders`: which of the three lists, how far in it, and what of a page to leave out.
 *
 * There is no list of all orders: whoever wants every order of a shop wants an export. So a client names exactly one
 * list, and a request that names none or two is refused rather than guessed at.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type StreamClass, streamClasses } from '../../domain/fold/folded-stream.ts';
import type { Lifecycle } from '../../domain/lifecycle/define-lifecycle.ts';
import type { ListQuery } from '../../domain/ports/view-store.ts';
import { readPageLimit } from './page-limit.ts';
import { type Read, read, refuse } from './request.ts';

export interface OrdersQuery {
  readonly list: ListQuery;
  /** Others are left out of the page; undefined for all. */
  readonly class: StreamClass | undefined;
}

export interface ListContext {
  readonly tenant: string;
  readonly lifecycle: Pick<Lifecycle, 'statuses'>;
}

export const readOrdersQuery = (
  event: APIGatewayProxyEventV2,
  { tenant, lifecycle }: ListContext,
): Read<OrdersQuery> => {
  const parameters = event.queryStringParameters ?? {};
  const named = readNamedList(parameters, lifecycle);
  if (named.kind === 'refused') return named;
  const streamClass = readClass(parameters['class']);
  if (streamClass.kind === 'refused') return streamClass;
  const limit = readPageLimit(event);
  if (limit.kind === 'refused') return limit;
  const after = readCursor(parameters['cursor']);
  if (after.kind === 'refused') return after;
  return read({
    list: { tenant, limit: limit.value, after: after.value, ...named.value },
    class: streamClass.value,
  });
};

type Parameters = Readonly<Record<string, string | undefined>>;

type NamedList =
  | { readonly list: 'status'; readonly status: string }
  | { readonly list: 'customer'; readonly customerId: string }
  | { readonly list: 'open-cases' };

const readNamedList = (
  { status, customer, openCases }: Parameters,
  { statuses }: ListContext['lifecycle'],
): Read<NamedList> => {
  const given = [status, customer, openCases].filter((value) => value !== undefined);
  if (given.length !== 1) return refuse({ kind: 'one-list-needed', parameters: ['status', 'customer', 'openCases'] });
  if (status !== undefined)
    return statuses.includes(status)
      ? read({ list: 'status', status })
      : invalid('status', `One of ${statuses.join(', ')}.`);
  if (customer !== undefined)
    return isCustomerId(customer)
      ? read({ list: 'customer', customerId: customer })
      : invalid('customer', `A customer's id, of 1 to ${customerIdLengthMax} characters.`);
  return openCases === 'true' ? read({ list: 'open-cases' }) : invalid('openCases', 'The only value is true.');
};

const readClass = (text: string | undefined): Read<StreamClass | undefined> => {
  const found = streamClasses.find((it) => it === text);
  return text === undefined || found ? read(found) : invalid('class', `One of ${streamClasses.join(', ')}.`);
};

/** Any text of this form is a place in every list, so an invented cursor does no harm: it is a page of the same list. */
export const readCursor = (text: string | undefined): Read<string | undefined> =>
  text === undefined || cursorPattern.test(text)
    ? read(text)
    : invalid('cursor', 'The cursor of the page before, as it was received.');

const invalid = (name: string, detail: string): Read<never> => refuse({ kind: 'invalid-query', name, detail });

/** A ULID, a slash and an order id are 91 characters. */
export const cursorPattern = /^[\x21-\x7e]{1,128}$/;

/** Far more than any lifecycle stores, and short enough for a key. */
export const customerIdLengthMax = 256;

const isCustomerId = (text: string): boolean =>
  text !== '' && text.length <= customerIdLengthMax && text.isWellFormed();
