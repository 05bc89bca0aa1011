import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createInMemoryControlStore } from '../../../infra/in-memory/in-memory-control-store.ts';
import { createInMemoryEventStore } from '../../../infra/in-memory/in-memory-event-store.ts';
import { createInMemoryViews } from '../../../infra/in-memory/in-memory-view-store.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { inspectLedger } from '../../../infra/world/play/inspect-ledger.ts';
import type { LedgerAnswer } from '../../../infra/world/play/ledger-target.ts';
import type { TimedCommand } from '../../../infra/world/play/timed-command.ts';
import type { OrderRow, Region } from '../../../infra/world/world-types.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, type EventDraft, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { away, command, home, regions } from './commands.ts';

const region = (name: string, entries: readonly Entry[]): Region => {
  const eventStore = createInMemoryEventStore({ sha256 });
  for (const entry of entries) eventStore.replicate(entry);
  return {
    name,
    apiUrl: 'http://127.0.0.1:1',
    eventStore,
    controlStore: createInMemoryControlStore(),
    openLiveViews: async () => createInMemoryViews<OrderRow>()('g0001'),
    countEntries: async () => entries.length,
    loadView: async () => undefined,
    async *views() {},
    recentAlerts: () => [],
    onAlert: () => () => undefined,
    runningReviews: () => [],
    hostPid: () => undefined,
  };
};

/** Sends what the entries say, so that each was acknowledged to somebody. */
const createPlay = () => {
  const ledger = createLedger({ stream: 'order/default/o1', startMs: Date.UTC(2026, 0, 1) });
  const answers = new Map<TimedCommand, LedgerAnswer>();
  const send = (at: string, draft: EventDraft): Entry => {
    const sent = command(draft.type, at, answers.size);
    const entry = ledger.at(at).append(draft, { idempotencyKey: sent.idempotencyKey });
    answers.set(sent, { kind: 'appended', id: entry.id, position: entry.position });
    return entry;
  };
  const inspect = (replicas: readonly (readonly Entry[])[], startedAtMs = 0) =>
    inspectLedger({
      regions: regions.map((name, i) => region(name, replicas[i] ?? [])),
      tenant: 'default',
      lifecycle: retail,
      answers,
      startedAtMs,
    });
  return { ledger, send, inspect };
};

describe('inspecting a ledger after a play', () => {
  it('finds nothing amiss where every region holds what was acknowledged', async () => {
    const { ledger, send, inspect } = createPlay();
    send(home, placed());
    ledger.replicateAll();
    send(away, paid());
    const found = await inspect([ledger.entries(), ledger.entries()]);
    expect(found).toMatchObject({ entriesLost: 0, entriesUnsent: 0, foldsEqual: true });
    expect(found.entriesPerRegion).toEqual({ [home]: 1, [away]: 1 });
    expect(found.outcomeByOrderId.get('o1')).toMatchObject({ status: 'paid', openCases: 0 });
  });

  it('finds an acknowledged entry lost when one region lacks it', async () => {
    const { ledger, send, inspect } = createPlay();
    send(home, placed());
    send(home, paid());
    const found = await inspect([ledger.entries(), ledger.entries().slice(0, 1)]);
    expect(found).toMatchObject({ entriesLost: 1, foldsEqual: false });
  });

  it('finds an acknowledged entry lost when another stands at its position', async () => {
    const { ledger, send, inspect } = createPlay();
    send(home, placed());
    const impostor = createLedger({ stream: 'order/default/o1', seed: 2 }).at(home).append(placed());
    expect(await inspect([[impostor], [impostor]])).toMatchObject({ entriesLost: 1, entriesUnsent: 1 });
    expect(await inspect([ledger.entries(), ledger.entries()])).toMatchObject({ entriesLost: 0, entriesUnsent: 0 });
  });

  it('finds an entry that nobody sent, but not one of an earlier play', async () => {
    const { ledger, send, inspect } = createPlay();
    send(home, placed());
    const stray = ledger.at(home).append(paid(), { idempotencyKey: 'of somebody else' });
    const replicas = [ledger.entries(), ledger.entries()];
    expect((await inspect(replicas)).entriesUnsent).toBe(1);
    expect((await inspect(replicas, (stray.recordedAt ?? 0) + 1)).entriesUnsent).toBe(0);
  });

  it('counts a case that the missing fact closes as opened and closed by itself', async () => {
    const { ledger, send, inspect } = createPlay();
    send(home, placed());
    ledger.replicateAll();
    send(away, shipped());
    ledger.replicateAll();
    send(home, paid());
    ledger.replicateAll();
    const { cases, classes } = await inspect([ledger.entries(), ledger.entries()]);
    expect(cases).toMatchObject({ opened: 1, withdrawn: 1, open: 0, withdrawnByReason: { illegal: 1 } });
    expect(classes.late).toBe(1);
  });

  it('counts a case that needs a person as open, though no region saw it while they were apart', async () => {
    const { ledger, send, inspect } = createPlay();
    send(home, placed());
    send(home, paid());
    ledger.replicateAll();
    send(home, cancelled());
    send(away, shipped());
    const { cases, outcomeByOrderId } = await inspect([ledger.entries(), ledger.entries()]);
    expect(cases).toMatchObject({
      opened: 1,
      withdrawn: 0,
      open: 1,
      openByReason: { contested: 1 },
      ordersWithOpenCase: 1,
    });
    expect(outcomeByOrderId.get('o1')).toMatchObject({ class: 'review', openCases: 1, openReasons: ['contested'] });
  });
});
