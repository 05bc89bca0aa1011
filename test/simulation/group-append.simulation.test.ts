/**
 * The simulated event store keeps what the port promises of a group, also where answers get lost.
 */
import { describe, expect, it } from 'vitest';
import type { Consistency } from '../../domain/ledger/position.ts';
import { type AppendResult, type EventStore, LedgerFault } from '../../domain/ports/event-store.ts';
import type { LedgerItem } from '../../infra/dynamodb/entry-codec.ts';
import { createRequestRetry } from '../../infra/dynamodb/request-retry.ts';
import { collect } from '../support/collect.ts';
import { groupOf, rivalsAt } from '../support/contracts/contract-entries.ts';
import { groupAppendContract } from '../support/contracts/group-append-contract.ts';
import { createFaultDice } from './faults/fault-dice.ts';
import { mishapNames, type SimulationOptions, spellNames } from './faults/fault-options.ts';
import { createInvocation } from './kernel/invocation.ts';
import { createRandomStreams } from './kernel/random-streams.ts';
import { createScheduler } from './kernel/scheduler.ts';
import { createTrace } from './kernel/trace.ts';
import { createFaultyRequests } from './model/faulty-requests.ts';
import { createGlobalTable } from './model/global-table.ts';
import { createSimulatedEventStore } from './model/simulated-event-store.ts';
import { createStrongTable } from './model/strong-table.ts';

const region = 'us-east-1';
const regions = [region, 'eu-west-1', 'ap-south-1'];

interface StoreOptions {
  readonly seed?: number;
  readonly consistency?: Consistency;
  readonly lostAnswer?: number;
}

/** Time goes on while somebody waits. */
const openStore = ({ seed = 1, consistency = 'eventual', lostAnswer = 0 }: StoreOptions = {}) => {
  const scheduler = createScheduler({ startMs: 0, trace: createTrace() });
  const randomStreams = createRandomStreams(seed);
  const calm = Object.fromEntries([...spellNames, ...mishapNames].map((name) => [name, 0]));
  const dice = createFaultDice({ ...calm, lostAnswer } as SimulationOptions['faults'], () => undefined);
  const tableDeps = { regions, scheduler, randomStreams, lagMs: 100, onChange: () => undefined };
  const table =
    consistency === 'strong'
      ? createStrongTable<LedgerItem>({ ...tableDeps, reached: () => undefined })
      : createGlobalTable<LedgerItem>(tableDeps);
  const invocation = createInvocation({ scheduler, random: randomStreams('invocation'), dice });
  const requests = createFaultyRequests(
    { region, random: randomStreams('requests'), isReachable: () => true, dice },
    invocation,
  );
  const retry = createRequestRetry({ sleep: invocation.sleep, random: randomStreams('retries').next });
  const store = createSimulatedEventStore({ region, table, dice, retry }, requests);

  const drive = async <Done>(work: Promise<Done>): Promise<Done> => {
    let isSettled = false;
    const settled = work.finally(() => {
      isSettled = true;
    });
    settled.catch(() => undefined);
    for (let steps = 0; !isSettled && steps < 10_000; steps++) await scheduler.runUntil(scheduler.nowMs() + 10);
    return settled;
  };
  const driven: EventStore = {
    ...store,
    append: (entry) => drive(store.append(entry)),
    appendAll: (entries) => drive(store.appendAll(entries)),
    load: (stream) => drive(store.load(stream)),
    streams: async function* () {
      yield* await drive(collect(store.streams()));
    },
  };
  const standing = (stream: string) => table.query(region, stream).map(({ id }) => id);
  return { store: driven, dice, standing };
};

describe('the simulated event store', () => {
  groupAppendContract(async () => openStore().store);

  it('says only what is so, whatever answers get lost, and leaves a group whole or not at all', async () => {
    const said: Record<string, number> = { appended: 0, 'position-taken': 0, fault: 0 };
    for (let seed = 1; seed <= 200; seed++) {
      const { store, standing } = openStore({ seed, lostAnswer: 0.4 });
      const group = groupOf(['a', 'b', 'c']);
      const [rival] = rivalsAt(group[1], 1);
      const isRaced = seed % 2 === 0 && rival !== undefined;
      const [outcome] = await Promise.all([
        outcomeOf(store.appendAll(group)),
        isRaced ? outcomeOf(store.append(rival)) : undefined,
      ]);
      said[outcome] = (said[outcome] ?? 0) + 1;
      const found = group.map(({ stream, id }) => standing(stream).includes(id));
      expect(new Set(found).size, `seed ${seed} leaves a group whole or not at all`).toBe(1);
      if (outcome !== 'fault') expect(found[0], `seed ${seed} says what is so`).toBe(outcome === 'appended');
    }
    for (const [outcome, times] of Object.entries(said)) expect(times, outcome).toBeGreaterThan(5);
  });

  it('takes no group on a strongly consistent table', async () => {
    const { store, standing } = openStore({ consistency: 'strong' });
    const group = groupOf(['a', 'b']);
    await expect(store.appendAll(group)).rejects.toMatchObject({ code: 'unavailable' });
    expect(group.flatMap(({ stream }) => standing(stream))).toEqual([]);
  });
});

const outcomeOf = (append: Promise<AppendResult>): Promise<AppendResult['kind'] | 'fault'> =>
  append.then(
    ({ kind }) => kind,
    (error: unknown) => {
      if (error instanceof LedgerFault) return 'fault';
      throw error;
    },
  );
