/**
 * Signs in to the world by itself: its issuer gives every page on its own origin the token that it asks for. Which role to
 * be is a choice, so that a newcomer sees what a reader without rights sees.
 */
import type { Scope } from '../../../order-api/caller.ts';
import type { Session } from './session.ts';

interface Role {
  readonly subject: string;
  readonly scopes: readonly Scope[];
}

const roles = {
  'Engineer on call': {
    subject: 'engineer',
    scopes: ['orders:read', 'orders:write', 'facts:write', 'reviews:decide', 'plan:write'],
  },
  Reviewer: { subject: 'reviewer', scopes: ['orders:read', 'reviews:decide'] },
  Reader: { subject: 'reader', scopes: ['orders:read'] },
} as const satisfies Record<string, Role>;

type RoleName = keyof typeof roles;
const roleNames = Object.keys(roles) as readonly RoleName[];

const tokenSeconds = 60 * 60;
const timeoutMs = 10_000;
/** Sooner than it ends, since a request takes its time. */
const renewBeforeMs = 60_000;

export interface WorldSessionOptions {
  readonly worldUrl: string;
  readonly tenant: string;
  /** Any other text is the first role. */
  readonly role: string | null;
  readonly onRole: (name: string) => void;
}

export const openWorldSession = ({ worldUrl, tenant, role, onRole }: WorldSessionOptions): Session => {
  const chosen = roleNames.find((name) => name === role) ?? 'Engineer on call';
  const { subject, scopes } = roles[chosen];
  let current: { readonly token: Promise<string>; readonly untilMs: number } | undefined;

  const fetchToken = async (): Promise<string> => {
    const response = await fetch(`${worldUrl}/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scopes, tenant, subject, expiresInSeconds: tokenSeconds }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`the world gives no token: ${response.status}`);
    return ((await response.json()) as { readonly token: string }).token;
  };

  return {
    subject,
    tenant,
    scopes: new Set(scopes),
    token: async (refused) => {
      // A world that was started anew has an issuer that knows no token of the last.
      if (current && Date.now() < current.untilMs && (await current.token) !== refused) return current.token;
      const asked = { token: fetchToken(), untilMs: Date.now() + tokenSeconds * 1_000 - renewBeforeMs };
      current = asked;
      // What failed is asked for anew the next time.
      asked.token.catch(() => {
        if (current === asked) current = undefined;
      });
      return asked.token;
    },
    roles: { names: roleNames, chosen, choose: onRole },
  };
};
