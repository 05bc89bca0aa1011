import { decodeTime, isValid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { clockDriftMsMax } from '../../../domain/kernel/limits.ts';
import { idDriftMs, isDrifting, nextEventIds } from '../../../domain/ledger/ledger-clock.ts';
import { createSeededRandom } from '../../support/builders/seeded-random.ts';

const nowMs = Date.UTC(2026, 10, 21);
const random = createSeededRandom(3);

describe('the ledger clock', () => {
  it('takes the time of the physical clock when that has moved on', () => {
    const [seen] = nextEventIds({ nowMs: nowMs - 1, random, lastSeenId: undefined }, 1);
    const [id = ''] = nextEventIds({ nowMs, random, lastSeenId: seen }, 1);
    expect(decodeTime(id)).toBe(nowMs);
  });

  it('goes on from the last id seen when the physical clock lags behind it', () => {
    const [seen = ''] = nextEventIds({ nowMs: nowMs + 600_000, random, lastSeenId: undefined }, 1);
    const [id = ''] = nextEventIds({ nowMs, random, lastSeenId: seen }, 1);
    expect(id > seen).toBe(true);
    expect(decodeTime(id)).toBe(nowMs + 600_000);
  });

  it('numbers the events of an entry one after the other', () => {
    const lastSeenId = '01JZZZZZZZZZZZZZZZZZZZZZZX';
    expect(nextEventIds({ nowMs: 1, random: () => 0, lastSeenId }, 3)).toEqual([
      '01JZZZZZZZZZZZZZZZZZZZZZZY',
      '01JZZZZZZZZZZZZZZZZZZZZZZZ',
      '01K00000000000000000000000',
    ]);
  });

  it('moves the time on where the random part runs over', () => {
    const lastSeenId = '01JXXXXXXXZZZZZZZZZZZZZZZZ';
    const [id = ''] = nextEventIds({ nowMs: 1, random: () => 0, lastSeenId }, 1);
    expect(id).toBe('01JXXXXXXY0000000000000000');
    expect(decodeTime(id)).toBe(decodeTime(lastSeenId) + 1);
  });

  it('steps far enough that two regions do not meet from the same id', () => {
    const lastSeenId = '01JXXXXXXX0000000000000000';
    const ids = Array.from({ length: 1_000 }, () => nextEventIds({ nowMs: 1, random, lastSeenId }, 1)[0] ?? '');
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every((id) => isValid(id) && id > lastSeenId)).toBe(true);
  });

  it('says how far an id runs ahead, and when that is worth a metric', () => {
    const [id = ''] = nextEventIds({ nowMs: nowMs + clockDriftMsMax, random, lastSeenId: undefined }, 1);
    expect(idDriftMs(id, nowMs)).toBe(clockDriftMsMax);
    expect(idDriftMs(id, nowMs + 2 * clockDriftMsMax)).toBe(0);
    expect(isDrifting(id, nowMs)).toBe(false);
    expect(isDrifting(id, nowMs - 1)).toBe(true);
  });
});
