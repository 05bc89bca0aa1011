/**
 * Cases that wait while what fetches a person for them goes down: the whole world, or the region that accepted the entry.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStepFunctionsClient } from '../../../infra/step-functions/step-functions-client.ts';
import { createStepFunctionsWorkflows } from '../../../infra/step-functions/step-functions-workflows.ts';
import { startWorld } from '../../../infra/world/main.ts';
import type { World } from '../../../infra/world/world-types.ts';
import { readWorld } from '../../../services/cli/read-world.ts';
import { collect } from '../../support/collect.ts';
import { createHttpOrderApi } from '../../support/http-order-api.ts';
import { type Desk, openDesks, untilCase, untilState } from '../../support/review-world.ts';
import {
  breaker,
  fetchToken,
  placeOrder,
  recordFact,
  type Shop,
  shopAt,
  streamOf,
} from '../../support/world-client.ts';
import { secondsUntil } from '../../support/write-plan-world.ts';

const [us, eu] = ['us-east-1', 'eu-west-1'] as const;

describe('a case that waits while its world is killed', () => {
  const main = fileURLToPath(new URL('../../../services/cli/main.ts', import.meta.url));
  /** Below the ports that the system gives to outgoing connections. */
  const portBase = 20_000 + Math.floor(Math.random() * 12_000);
  const shop: Shop = shopAt(portBase, portBase + 1);
  const orderId = 'waits';
  const children: ChildProcess[] = [];
  let directory = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rejoin-review-'));
  });
  afterAll(async () => {
    for (const child of children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(directory, { recursive: true });
  });

  it('is there after the restart, with one workflow, and can be decided', async () => {
    const first = await boot();
    await placeOrder(shop, orderId);
    await recordFact(shop, orderId, { type: 'OrderPacked', source: 'warehouse' });
    const before = await untilWithPerson();
    first.kill('SIGKILL');
    await once(first, 'exit');

    await boot();
    const after = await untilWithPerson();
    expect(after.caseId).toBe(before.caseId);
    expect(await runningOf(before.caseId)).toEqual([`${before.caseId}-1`]);

    const api = await openApi();
    const body = { outcome: {}, reason: 'it was packed, and nobody knows why' };
    expect((await api.post(`/cases/${before.caseId}/resolution`, 'decided', body)).status).toBe(201);
    await secondsUntil('no workflow left', async () => (await runningOf(before.caseId)).length === 0, 60);
    api.close();
  });

  const boot = async (): Promise<ChildProcess> => {
    const options = ['--state', directory, '--port-base', String(portBase), '--grace', '1'];
    const child = spawn(process.execPath, [main, 'up', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
    });
    await secondsUntil('the world', async () => said.includes('The world is up'), 120).catch((error: Error) => {
      throw new Error(`${error.message}\n${said}`);
    });
    return child;
  };

  const openApi = async () => createHttpOrderApi(shop.apiUrl, { token: await fetchToken(portBase) });

  const untilWithPerson = async (): Promise<{ readonly caseId: string }> => {
    const api = await openApi();
    let caseId = '';
    await secondsUntil(
      'a case with a person',
      async () => {
        const { body } = await api.get('/cases', { query: { state: 'with-a-person' } });
        const [found] = body.cases as readonly { readonly caseId: string; readonly orderId: string }[];
        caseId = found?.orderId === orderId ? found.caseId : '';
        return caseId !== '' && (await runningOf(caseId)).length > 0;
      },
      // The sweeper comes once a minute, and at once after a start.
      90,
    );
    api.close();
    return { caseId };
  };

  const runningOf = async (caseId: string): Promise<readonly string[]> => {
    const world = await readWorld(portBase);
    const environment = world.kind === 'world' ? world.regions[0].environment : undefined;
    const client = createStepFunctionsClient({
      region: us,
      endpoint: environment?.['AWS_ENDPOINT_URL_SFN'] ?? '',
      credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    });
    const workflows = createStepFunctionsWorkflows({
      client,
      stateMachineArn: environment?.['REVIEW_STATE_MACHINE_ARN'] ?? '',
    });
    const running = await collect(workflows.running());
    client.destroy();
    return running.filter((name) => name.startsWith(caseId));
  };
});

describe('a case whose region is down', () => {
  const orderId = 'elsewhere';
  let world: World;
  let inEu: Desk;
  let inUs: Desk;

  beforeAll(async () => {
    // Decisions are taken in the first region alone while the other is down.
    world = await startWorld({
      engine: 'dynamodb-local',
      regions: [eu, us],
      breaker: { ...breaker, thresholdSeconds: 5 },
      review: { graceSeconds: '1', takeoverSeconds: 8, sweepSeconds: 1 },
      onFault: () => undefined,
    });
    [inEu, inUs] = (await openDesks(world)) as readonly [Desk, Desk];
  });
  afterAll(async () => {
    for (const desk of [inUs, inEu]) desk?.api.close();
    await world?.stop();
  });

  it('is taken over by the other region, and has one outcome when the first is back', async () => {
    await inUs.place(orderId);
    await inUs.record(orderId, 'OrderPacked', 'warehouse');
    const caseId = await untilCase(inUs, orderId);
    await untilState(inUs, caseId, 'with-a-person');
    await untilState(inEu, caseId, 'open');
    expect(inEu.running(caseId)).toEqual([]);

    await world.setFault({ kind: 'outage', from: us });
    await untilState(inEu, caseId, 'with-a-person', 60);
    expect(inEu.running(caseId)).toEqual([`${caseId}-1`]);
    const decided = await inEu.resolve(caseId, 'taken over', {
      outcome: { status: 'packed' },
      reason: 'it was packed',
    });
    expect(decided.status).toBe(201);

    await world.heal();
    expect(await world.waitUntilDrained({ timeoutMs: 60_000 })).toBe(true);
    for (const desk of [inUs, inEu]) {
      await untilState(desk, caseId, 'settled', 60);
      await secondsUntil(`no workflow in ${desk.name}`, async () => desk.running(caseId).length === 0, 60);
      expect((await desk.order(orderId)).body.status).toBe('packed');
      const { entries } = await desk.region.eventStore.load(streamOf(orderId));
      expect(entries.filter(({ source }) => source === 'reviewer')).toHaveLength(1);
    }
  });
});
