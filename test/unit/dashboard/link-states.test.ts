import { describe, expect, it } from 'vitest';
import { findLinks, type Link } from '../../../services/dashboard/page/model/link-states.ts';
import type { RegionReading } from '../../../services/dashboard/page/model/region-reading.ts';
import { ap, eu, heard, readingOf, us } from './region-readings.ts';

const statesOf = (...readings: readonly RegionReading[]): Record<string, Link['state']> =>
  Object.fromEntries(findLinks(readings).map(({ from, to, state }) => [`${from}>${to}`, state]));

describe('the links between regions', () => {
  it('are well where both sides hear each other and a heartbeat is soon echoed', () => {
    expect(statesOf(readingOf(us, { peers: [heard(eu)] }), readingOf(eu, { peers: [heard(us)] }))).toEqual({
      [`${us}>${eu}`]: 'well',
      [`${eu}>${us}`]: 'well',
    });
  });

  it('tell which direction is cut: the one whose heartbeats do not arrive, however large the lag is on both sides', () => {
    const lag = { linkLagMs: 45_000 };

    expect(
      statesOf(
        readingOf(us, { peers: [heard(eu, lag)] }),
        readingOf(eu, { peers: [heard(us, { ...lag, heartbeatAgeMs: 44_000 })] }),
      ),
    ).toEqual({ [`${us}>${eu}`]: 'silent', [`${eu}>${us}`]: 'well' });
  });

  it('are slow both ways where heartbeats arrive, and take long there and back', () => {
    const slow = { linkLagMs: 9_000 };

    expect(statesOf(readingOf(us, { peers: [heard(eu, slow)] }), readingOf(eu, { peers: [heard(us, slow)] }))).toEqual({
      [`${us}>${eu}`]: 'slow',
      [`${eu}>${us}`]: 'slow',
    });
  });

  it('are late before they are silent, and silent where nothing was ever heard', () => {
    const states = statesOf(
      readingOf(us, { peers: [heard(eu, { heartbeatAgeMs: 4_000 }), { region: ap }] }),
      readingOf(eu, { peers: [heard(us), heard(ap)] }),
      readingOf(ap, { peers: [heard(us), heard(eu)] }),
    );

    expect(states[`${eu}>${us}`]).toBe('late');
    expect(states[`${ap}>${us}`]).toBe('silent');
  });

  it('are not known where the receiver does not answer, or its agent is silent', () => {
    const others = readingOf(us, { peers: [heard(eu)] });

    for (const silent of [
      readingOf(eu, { peers: [heard(us)], reach: 'not-answering' }),
      readingOf(eu, { peers: [heard(us)], plan: { fresh: false } }),
    ])
      expect(statesOf(others, silent)).toEqual({ [`${us}>${eu}`]: 'unknown', [`${eu}>${us}`]: 'well' });
  });

  it('carry the lag that the sender reads, and the age, clock and links that the receiver hears of', () => {
    const [there] = findLinks([
      readingOf(us, { peers: [heard(eu, { linkLagMs: 1_234 })] }),
      readingOf(eu, { peers: [heard(us, { heartbeatAgeMs: 700, clockSkewMs: -5_000, hasSickLink: true })] }),
    ]);

    expect(there).toEqual({
      from: us,
      to: eu,
      state: 'well',
      heartbeatAgeMs: 700,
      linkLagMs: 1_234,
      clockAheadMs: 5_000,
      hasSickLink: true,
    });
  });

  it('are one for every ordered pair', () => {
    expect(findLinks([us, eu, ap].map((region) => readingOf(region)))).toHaveLength(6);
    expect(findLinks([readingOf(us)])).toEqual([]);
  });
});
