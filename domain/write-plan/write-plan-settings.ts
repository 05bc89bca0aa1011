/** What a deployment says of its write plan: the same in every region. */
import type { BreakerSettings } from './breaker.ts';
import type { LeaseSettings } from './lease.ts';

export interface WritePlanSettings {
  /** Until a plan names another. */
  readonly primary: string;
  /** By region, where clients find its API; as far as it is known. */
  readonly apiUrls: Readonly<Record<string, string>>;
  /** Whose control table holds the lease. */
  readonly witness: { readonly region: string; readonly endpoint?: string } | undefined;
  /** Outside the primary nothing at all is taken while the link is sick, facts included. */
  readonly isStrict: boolean;
  readonly breaker: BreakerSettings;
  readonly lease: LeaseSettings;
}
