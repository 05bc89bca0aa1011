/**
 * The body of a decision about a case. Whether the order's lifecycle has the status and the fields that it names is judged
 * at once, so that a mistake is told as one whatever became of the case; and where in the body it is.
 */
import * as z from 'zod';
import { checkEvents } from '../../../domain/decide/check-events.ts';
import type { Refusal } from '../../../domain/decide/decide.ts';
import { isUlid } from '../../../domain/ledger/ulid.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { orderIdSchema } from '../../ledger/command-frame.ts';
import { type Resolution, resolutionEvent, reviewerSource } from '../../review/resolve-case.ts';
import { refuseBody } from '../command-body.ts';
import { type Read, read } from '../request.ts';

export interface ResolutionBody extends Pick<Resolution, 'outcome' | 'reason' | 'alsoSettles'> {
  /** Where this region has no life of the case. */
  readonly orderId: string | undefined;
}

export const caseIdSchema = z.string().refine(isUlid, 'must be a ULID');

/** A resolution names as many cases as it may settle, and one of them stands in the path. */
export const alsoSettlesMax = 99;

export const resolutionBodySchema = z.strictObject({
  outcome: z.strictObject({
    status: z.string().optional(),
    fields: z.record(z.string(), z.unknown()).optional(),
  }),
  reason: z.string().min(1).max(2000),
  alsoSettles: z.array(caseIdSchema).max(alsoSettlesMax).optional(),
  order: orderIdSchema.optional(),
});

export const readResolutionBody = (body: unknown): Read<ResolutionBody> => {
  const parsed = resolutionBodySchema.safeParse(body);
  if (!parsed.success) return refuseBody(parsed.error);
  const { order: orderId, ...resolution } = parsed.data;
  return read({ ...resolution, orderId });
};

type Chosen = Pick<Resolution, 'caseId' | 'outcome' | 'reason' | 'alsoSettles'>;

/** Undefined where the lifecycle takes it. */
export const checkResolution = (lifecycle: Lifecycle, chosen: Chosen): InvalidPayload | undefined => {
  const events = [resolutionEvent(chosen)] as const;
  const checked = checkEvents(lifecycle, { kind: 'decision', source: reviewerSource, events, idempotencyKey: '' });
  return checked.kind === 'refused' && checked.refusal.kind === 'invalid-payload'
    ? pointIntoBody(checked.refusal)
    : undefined;
};

type InvalidPayload = Extract<Refusal, { readonly kind: 'invalid-payload' }>;

/** The payload is made of the body, and its mistakes are the body's. */
export const pointIntoBody = <Refused extends InvalidPayload>(refusal: Refused): Refused => ({
  ...refusal,
  issues: refusal.issues.map(({ path, message }) => ({ path: pathInBody(path), message })),
});

const pathInBody = ([first, index, ...rest]: readonly PropertyKey[]): readonly PropertyKey[] => {
  const path = [...(index === undefined ? [] : [index]), ...rest];
  switch (first) {
    case 'status':
    case 'fields':
      return ['outcome', first, ...path];
    case 'cases':
      return typeof index === 'number' ? ['alsoSettles', index - 1, ...rest] : ['alsoSettles'];
    default:
      return first === undefined ? [] : [first, ...path];
  }
};
