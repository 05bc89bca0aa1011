/**
 * The write plan of a world, as the settings of a deployment say it: in the environment, the same in every region.
 */
export interface WorldWritePlan {
  readonly primary: string;
  /** A region that holds no replica; undefined where there is none. */
  readonly witness: string | undefined;
  readonly breaker: {
    readonly thresholdSeconds: number;
    readonly coolDownSeconds: number;
    readonly openingsPerHour: number;
  };
  /** The default of a deployment when undefined. */
  readonly leaseTermSeconds: number | undefined;
  /** Outside the primary nothing at all is taken while the link is sick. */
  readonly isStrict: boolean;
}

export interface WritePlanAddresses {
  /** With the ports that they will have. */
  readonly regions: readonly { readonly name: string; readonly apiPort: number }[];
  /** Undefined where the witness is in this process. */
  readonly witnessEndpoint: string | undefined;
}

export const apiUrlOf = (apiPort: number): string => `http://127.0.0.1:${apiPort}`;

export const writePlanEnvironment = (
  plan: WorldWritePlan,
  { regions, witnessEndpoint }: WritePlanAddresses,
): Readonly<Record<string, string>> => {
  const { primary, witness, breaker, leaseTermSeconds, isStrict } = plan;
  return {
    PRIMARY_REGION: primary,
    API_URLS: regions.map(({ name, apiPort }) => `${name}=${apiUrlOf(apiPort)}`).join(','),
    ...(witness !== undefined && {
      WITNESS: witnessEndpoint === undefined ? witness : `${witness}=${witnessEndpoint}`,
    }),
    STRICT_WHEN_ISOLATED: String(isStrict),
    BREAKER_THRESHOLD_SECONDS: String(breaker.thresholdSeconds),
    BREAKER_COOL_DOWN_SECONDS: String(breaker.coolDownSeconds),
    BREAKER_OPENINGS_PER_HOUR: String(breaker.openingsPerHour),
    ...(leaseTermSeconds !== undefined && { LEASE_TERM_SECONDS: String(leaseTermSeconds) }),
  };
};
