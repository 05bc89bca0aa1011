/** How long the reviews of a world wait for what, where that is not what a deployment does by itself. */
export interface ReviewTimes {
  /** As REVIEW_GRACE_SECONDS has it: `2`, or `contested=2,illegal=5`. */
  readonly graceSeconds?: string | undefined;
  /** How long a region is silent before another goes on with its cases. */
  readonly takeoverSeconds?: number | undefined;
  /** How often each region looks for cases that nobody fetches a person for. */
  readonly sweepSeconds?: number | undefined;
  /** Of a person's task: how long without a beat until it is asked again. Above the sweeper's period, which beats. */
  readonly heartbeatSeconds?: number | undefined;
  /** Of a person's task: how long until it is escalated. */
  readonly timeoutSeconds?: number | undefined;
}

export const sweepSecondsDefault = 60;

/** Settings of a deployment, in the environment. */
export const reviewEnvironment = ({
  graceSeconds,
  takeoverSeconds,
}: ReviewTimes): Readonly<Record<string, string>> => ({
  ...(graceSeconds !== undefined && { REVIEW_GRACE_SECONDS: graceSeconds }),
  ...(takeoverSeconds !== undefined && { REVIEW_TAKEOVER_SECONDS: String(takeoverSeconds) }),
});
