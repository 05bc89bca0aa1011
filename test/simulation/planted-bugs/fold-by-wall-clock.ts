/** A fold that orders by the writers' physical clocks, as if those agreed. */
import { encodeTime } from 'ulid';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { PlantedBug } from './planted-bug.ts';

export const foldByWallClock: PlantedBug = {
  name: 'fold ordering by wall clock',
  caughtBy: ['3', '7 a rebuild'],
  seedsMax: 30,
  projector: (ports) => ({ ...ports, fold: (entries) => ports.fold(entries.map(withWallClockIds)) }),
};

const withWallClockIds = (entry: Entry): Entry => {
  const byWallClock = (id: string): string => encodeTime(entry.recordedAt ?? 0) + id.slice(10);
  return {
    ...entry,
    id: byWallClock(entry.id),
    events: entry.events.map((event) => ({ ...event, id: byWallClock(event.id) })),
  };
};
