/**
 * Plans are changed, enacted, recorded and cleaned up on real tables: by several operators at once, while the holder of the
 * lease goes on renewing it.
 */
import { describe, expect, it } from 'vitest';
import { configuredPlan } from '../../../domain/write-plan/write-plan.ts';
import { createDynamoDbControlStore } from '../../../infra/dynamodb/dynamodb-control-store.ts';
import { createDynamoDbEventStore } from '../../../infra/dynamodb/dynamodb-event-store.ts';
import { controlTable, ledgerTable } from '../../../infra/dynamodb/ledger-table.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { planHistory, promoteRegion } from '../../../services/cli/commands/plan.ts';
import { cleanPlans } from '../../../services/write-plan/clean-plans.ts';
import { createLeaseRow } from '../../../services/write-plan/lease-row.ts';
import { openWritePlan } from '../../../services/write-plan/open-write-plan.ts';
import { createRegionDocument } from '../../../services/write-plan/region-document.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';
import { recordIo } from '../../support/command-io.ts';
import { useDynamoDbLocal } from '../../support/dynamodb-local-fixture.ts';
import { eu, healthyState, testWritePlanSettings, us } from '../../support/test-write-plan.ts';

const local = useDynamoDbLocal();
const sleep = (ms: number) => new Promise<void>((wake) => setTimeout(wake, ms));

const start = async () => {
  const shared = { documentClient: local.connect(), random: createSeededRandom(5), sleep };
  const controlStore = createDynamoDbControlStore({ ...shared, tableName: await local.createTable(controlTable) });
  const witness = createDynamoDbControlStore({ ...shared, tableName: await local.createTable(controlTable) });
  const tableName = await local.createTable(ledgerTable);
  const document = createRegionDocument(controlStore);
  await document.replace({ ...healthyState, plan: configuredPlan(us, [us, eu]) }, 0);
  const leaseRow = createLeaseRow(witness);
  await leaseRow.replace({ holder: us, epoch: 0, counter: 1 }, 0);
  /** As another container, or another person's shell. */
  const openAnother = (seed: number) =>
    openWritePlan({
      region: us,
      peers: [eu],
      settings: testWritePlanSettings,
      eventStore: createDynamoDbEventStore({ ...shared, tableName, sha256 }),
      controlStore,
      witness,
      clock: { nowMs: Date.now },
      random: createSeededRandom(seed),
      sleep,
      sha256,
      metrics: { count: () => undefined },
      onFault: (fault) => {
        throw fault;
      },
    });
  return { controlStore, document, leaseRow, openAnother };
};

const json = { isJson: true };

const drill = (primary: string, key: string) => ({ primary, reason: 'a drill', actor: 'on-call', idempotencyKey: key });

describe('the write plan on DynamoDB', () => {
  it('is promoted, shown and looked back at from the command line', async () => {
    const { document, openAnother, leaseRow } = await start();
    const io = recordIo();
    const deps = { ...io, writePlan: openAnother(1), nowMs: Date.now };
    expect(await promoteRegion(drill(eu, 'first'), json, deps)).toBe(0);
    expect(await promoteRegion(drill(us, 'second'), json, deps)).toBe(0);
    expect(await promoteRegion(drill(eu, 'first'), json, deps)).toBe(0);
    expect((await document.read()).state?.plan).toMatchObject({ primary: us, epoch: 2 });
    expect((await leaseRow.read()).lease).toEqual({ holder: us, epoch: 2, counter: 3 });
    await planHistory(json, deps);
    const enactedAt = expect.any(String);
    expect(io.json().slice(-2)).toMatchObject([
      { epoch: 2, primary: us, enactedAt },
      { epoch: 1, primary: eu, enactedAt },
    ]);
  });

  it('gives every change an epoch of its own when operators race each other and the holder', async () => {
    const { document, openAnother, leaseRow, controlStore } = await start();
    let isRacing = true;
    const renew = async () => {
      while (isRacing) {
        const { lease, revision } = await leaseRow.read();
        if (lease) await leaseRow.replace({ ...lease, counter: lease.counter + 1 }, revision);
        await sleep(50);
      }
    };
    const changes = [1, 2, 3].map((seed) => openAnother(seed).change(drill(seed % 2 ? eu : us, `race-${seed}`)));
    const renewing = renew();
    const outcomes = await Promise.all(changes);
    isRacing = false;
    await renewing;
    expect(outcomes.map(({ kind }) => kind)).toEqual(['changed', 'changed', 'changed']);
    const { history, plan, conflicts } = await openAnother(4).readPlan();
    expect(new Set(history.map(({ epoch }) => epoch)).size).toBe(3);
    expect(conflicts).toEqual([]);
    expect(plan.epoch).toBe(history[0]?.epoch);

    await cleanPlans({ controlStore, document }, 1);
    const records = (await openAnother(5).readPlan()).history.filter(({ enactedAt }) => enactedAt !== undefined);
    expect(records.map(({ epoch }) => epoch)).toEqual([plan.epoch]);
  });
});
