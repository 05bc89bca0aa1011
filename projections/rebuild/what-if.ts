/**
 * Which orders would look different under another lifecycle.
 *
 * The ledger is read once and every order folded twice, with the lifecycle that is deployed and with the proposed one,
 * from the same entries. So nothing is stored that would have to be cleaned, nobody is alerted, and no difference comes
 * from one side having seen more than the other.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import type { Clock, Sleep } from '../../domain/ports/clock.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import {
  addChange,
  type ChangesByKind,
  findChange,
  noChanges,
  type OrderChange,
  standingOfFold,
} from './order-change.ts';
import { createPacer } from './pacer.ts';
import { runParts } from './run-parts.ts';

export interface WhatIfDeps {
  readonly eventStore: Pick<EventStore, 'scan'>;
  /** With the lifecycle that is deployed. */
  readonly foldNow: (entries: readonly Entry[]) => FoldedStream;
  /** With the proposed one. */
  readonly foldThen: (entries: readonly Entry[]) => FoldedStream;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

export interface WhatIfOptions {
  /** In no order. The scan waits for it. */
  readonly onChange: (change: OrderChange) => void | Promise<void>;
  /** A few times a second, and at the end. */
  readonly onProgress?: ((progress: WhatIfProgress) => void) | undefined;
  readonly parts?: number | undefined;
}

export interface WhatIfProgress {
  readonly entries: number;
  readonly streams: number;
  readonly changed: number;
  readonly partsDone: number;
  readonly parts: number;
}

export interface WhatIfSummary {
  readonly entries: number;
  readonly streams: number;
  /** Orders with any change. */
  readonly changed: number;
  readonly changedBy: ChangesByKind;
}

export const whatIf = async (
  { eventStore, foldNow, foldThen, clock, sleep }: WhatIfDeps,
  { onChange, onProgress, parts = 8 }: WhatIfOptions,
): Promise<WhatIfSummary> => {
  let [entries, streams, changed, partsDone, changedBy] = [0, 0, 0, 0, noChanges];
  const pacer = createPacer(clock, () => onProgress?.({ entries, streams, changed, partsDone, parts }));
  await runParts(parts, async (part, isStopping) => {
    for await (const page of eventStore.scan({ part, parts })) {
      for (const it of page.streams) {
        if (it.entries.length === 0) continue;
        streams++;
        entries += it.entries.length;
        const change = findChange(it.stream, standingOfFold(foldNow(it.entries)), standingOfFold(foldThen(it.entries)));
        if (!change) continue;
        changed++;
        changedBy = addChange(changedBy, change);
        await onChange(change);
      }
      pacer.tick();
      // Folding is work for the processor alone: whoever else waits for it, such as a key press, gets a turn.
      await sleep(0);
      if (isStopping()) return;
    }
    partsDone++;
  });
  pacer.flush();
  return { entries, streams, changed, changedBy };
};
