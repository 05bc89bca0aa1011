/**
 * The headers that let the page do what it needs and nothing else.
 *
 * What the page shows was written by whoever wrote an order, so a script that somehow got into it must not run, must not be
 * turned from a string into markup, and must reach nobody but the regions' APIs and the identity provider.
 */
import type { PageConfig } from './page-config.ts';

export const securityHeaders = (config: PageConfig): Readonly<Record<string, string>> => ({
  'content-security-policy': contentSecurityPolicy(config),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Browsers heed it over TLS alone, so it says nothing in a world on this machine.
  'strict-transport-security': 'max-age=31536000',
});

const contentSecurityPolicy = ({ regions, login }: PageConfig): string => {
  const places = [
    ...regions.map(({ apiUrl }) => apiUrl),
    ...(login.kind === 'oidc' ? [login.issuer, ...login.origins] : []),
  ];
  const origins = new Set(places.filter((place) => !place.startsWith('/')).map((place) => new URL(place).origin));
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...origins].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
};
