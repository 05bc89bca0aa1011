/**
 * The body of a command over several orders: for each the decision as it would come alone, beside it the order that it is
 * for and, from a client that decided on what it saw, the token of that.
 */
import { Buffer } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { ExpectedState } from '../../domain/decide/command.ts';
import { groupEntriesMax } from '../../domain/kernel/limits.ts';
import { parseToken } from '../../domain/ledger/cut.ts';
import { resolutionType } from '../../domain/lifecycle/define-lifecycle.ts';
import { orderIdSchema } from '../ledger/command-frame.ts';
import { type CommandBody, readDecisionBody, refuseBody } from './command-body.ts';
import { bodyBytesMax, checkJson, parseJsonBody } from './read-json-body.ts';
import { type Read, read, refuse } from './request.ts';

/** What the gateway of the local world takes, too. Of it, no leg may have more than a command that comes alone. */
export const groupBytesMax = 1024 * 1024;

export interface GroupLeg {
  readonly orderId: string;
  readonly body: CommandBody;
  readonly expected: ExpectedState | undefined;
}

export const readGroupBody = (event: APIGatewayProxyEventV2): Read<readonly GroupLeg[]> => {
  const parsed = parseJsonBody(event, groupBytesMax);
  if (parsed.kind === 'refused') return parsed;
  const json = checkJson(parsed.value);
  if (json.kind === 'refused') return json;
  const group = groupSchema.safeParse(json.value);
  if (!group.success) return refuseBody(group.error);
  const legs: GroupLeg[] = [];
  for (const [index, item] of group.data.orders.entries()) {
    const leg = readLeg(item, pointerToLeg(index));
    if (leg.kind === 'refused') return leg;
    const other = legs.findIndex(({ orderId }) => orderId === leg.value.orderId);
    if (other >= 0)
      return refuseAt(`${pointerToLeg(index)}/orderId`, `is the order of ${pointerToLeg(other)}; name each order once`);
    legs.push(leg.value);
  }
  return read(legs);
};

/** RFC 6901, into the request body. */
export const pointerToLeg = (index: number): string => `/orders/${index}`;

type Item = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How many is checked before what they are: there is no point in a hundred thousand complaints. */
const groupSchema = z.strictObject({
  orders: z
    .array(z.unknown())
    .min(2)
    .max(groupEntriesMax)
    .pipe(z.array(z.custom<Item>(isObject, 'must be an object'))),
});

export const legSchema = z.looseObject({
  orderId: orderIdSchema,
  ifMatch: z
    .string()
    .refine((token) => parseToken(token) !== undefined, 'must be a token, such as us-east-1:3')
    .optional(),
});

const readLeg = (item: Item, base: string): Read<GroupLeg> => {
  if (Buffer.byteLength(JSON.stringify(item)) > bodyBytesMax)
    return refuse({ kind: 'body-too-large', bytesMax: bodyBytesMax });
  const parsed = legSchema.safeParse(item);
  if (!parsed.success) return refuseBody(parsed.error, base);
  const { orderId, ifMatch, ...frame } = parsed.data;
  const body = readDecisionBody(frame, base);
  if (body.kind === 'refused') return body;
  const resolution = body.value.events.findIndex(({ type }) => type === resolutionType);
  if (resolution >= 0)
    return refuseAt(
      'events' in frame ? `${base}/events/${resolution}/type` : `${base}/type`,
      `${resolutionType} stands alone: send it to /orders/${orderId}/decisions`,
    );
  const seen = ifMatch === undefined ? undefined : parseToken(ifMatch);
  return read({ orderId, body: body.value, expected: seen && [seen] });
};

const refuseAt = (pointer: string, detail: string): Read<never> =>
  refuse({ kind: 'invalid-body', errors: [{ pointer, detail }] });
