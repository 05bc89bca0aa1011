/** What may be asked of a world: the shapes and bounds of the bodies that its address takes. */
import * as z from 'zod';
import { namePattern } from '../../../domain/ledger/stream-name.ts';

/** RFC 6749: what a scope may be made of. */
const scopePattern = /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/;
const scopesMax = 32;
/** A day: who plays longer asks again. */
export const tokenSecondsMax = 24 * 60 * 60;

export const grantSchema = z.strictObject({
  scopes: z.array(z.string().regex(scopePattern, 'must be a scope, such as orders:read')).max(scopesMax),
  tenant: z.string().regex(namePattern, 'must be a name'),
  subject: z
    .string()
    .min(1)
    .max(255)
    .refine((text) => text.isWellFormed(), 'must be text'),
  expiresInSeconds: z.int().min(1).max(tokenSecondsMax),
});

const lagMsMax = 60 * 60 * 1000;

export const createFaultSchema = (regions: readonly string[]) => {
  const region = z.enum(regions, `must be one of ${regions.join(', ')}`);
  const links = { from: region.optional(), to: region.optional(), bothWays: z.boolean().optional() };
  const isPair = ({ from, to }: { from?: unknown; to?: unknown }) => from === undefined || from !== to;
  return z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('lag'), ms: z.int().min(0).max(lagMsMax), ...links }),
      z.strictObject({ kind: z.literal('partition'), ...links }),
      z.strictObject({ kind: z.literal('outage'), from: region }),
      z.strictObject({ kind: z.literal('heal'), ...links }),
    ])
    .refine(isPair, { path: ['to'], message: 'must be another region than from' });
};

/** Some 300 commands a second, which is more than two cores take. */
const ordersPerSecondMax = 50;
const playSecondsMax = 10 * 60;

export const playSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    ordersPerSecond: z.int().min(1).max(ordersPerSecondMax),
    seconds: z.int().min(1).max(playSecondsMax),
  }),
  z.strictObject({ kind: z.literal('stop') }),
]);
