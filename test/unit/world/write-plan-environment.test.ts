import { describe, expect, it } from 'vitest';
import { leaseDefaults } from '../../../domain/write-plan/lease.ts';
import { readSettings } from '../../../infra/settings/settings.ts';
import { type WorldWritePlan, writePlanEnvironment } from '../../../infra/world/write-plan-environment.ts';

const plan: WorldWritePlan = {
  primary: 'us-east-1',
  witness: 'eu-central-1',
  breaker: { thresholdSeconds: 5, coolDownSeconds: 2.5, openingsPerHour: 60 },
  leaseTermSeconds: 12,
  isStrict: true,
};

const settingsOf = (given: WorldWritePlan, witnessEndpoint?: string) => {
  const regions = [
    { name: 'us-east-1', apiPort: 4101 },
    { name: 'eu-west-1', apiPort: 4102 },
  ];
  const environment = writePlanEnvironment(given, { regions, witnessEndpoint });
  return readSettings({ AWS_REGION: 'eu-west-1', PEERS: 'us-east-1', ...environment }).writePlan;
};

describe('the write plan of a world', () => {
  it('is read by its hosts as it was said', () => {
    expect(settingsOf(plan, 'http://127.0.0.1:9000')).toEqual({
      primary: 'us-east-1',
      apiUrls: { 'us-east-1': 'http://127.0.0.1:4101', 'eu-west-1': 'http://127.0.0.1:4102' },
      witness: { region: 'eu-central-1', endpoint: 'http://127.0.0.1:9000' },
      isStrict: true,
      breaker: { thresholdMs: 5_000, healthyMs: 2_500, coolDownMs: 2_500, openingsPerHourMax: 60 },
      lease: expect.objectContaining({ termMs: 12_000 }),
    });
  });

  it('needs no witness, and leaves the lease as it is by default', () => {
    expect(settingsOf({ ...plan, witness: undefined, leaseTermSeconds: undefined })).toMatchObject({
      witness: undefined,
      lease: leaseDefaults,
    });
  });
});
