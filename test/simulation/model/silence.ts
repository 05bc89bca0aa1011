/**
 * Who has been silent for whom, as a region's agent would have it written down: the ledger is simulated without agents,
 * which beat once a second, and the review asks no more of them than this.
 */
import type { Clock } from '../../../domain/ports/clock.ts';
import type { RegionState } from '../../../domain/write-plan/region-state.ts';
import { configuredPlan } from '../../../domain/write-plan/write-plan.ts';
import { type WatchedLink, watchLinks } from '../write-plan/model/watched-links.ts';
import type { GlobalTable } from './global-table.ts';
import type { ItemKey } from './replica.ts';

export interface Silence {
  /** What the region's agent writes: the breaker is open from half a minute on, and for a minute longer. */
  readonly stateIn: (region: string, clock: Clock) => RegionState;
  /** How long ago a region was last silent for as long as `ms`; for ever where it never was. */
  readonly lastSilentMsAgo: (region: string, peer: string, ms: number) => number;
}

export const watchSilence = <Item extends ItemKey>(
  table: GlobalTable<Item>,
  nowMs: () => number,
): { readonly table: GlobalTable<Item>; readonly silence: Silence } => {
  const longCuts = new Map<string, { endMs: number; readonly lastedMs: number }[]>();
  const cutsOf = (from: string, to: string) => {
    const cuts = longCuts.get(`${from} ${to}`) ?? [];
    longCuts.set(`${from} ${to}`, cuts);
    return cuts;
  };
  const sinceMs = new Map<string, number>();
  const links = watchLinks(table.links, nowMs, (link) => {
    const name = `${link.from} ${link.to}`;
    const beganMs = sinceMs.get(name);
    if (link.isCut()) sinceMs.set(name, beganMs ?? nowMs());
    else if (beganMs !== undefined) {
      cutsOf(link.from, link.to).push({ endMs: nowMs(), lastedMs: nowMs() - beganMs });
      sinceMs.delete(name);
    }
  });
  const linkOf = (from: string, to: string): WatchedLink => {
    const link = links.find((it) => it.from === from && it.to === to);
    if (!link) throw new Error(`no link from ${from} to ${to}`);
    return link;
  };
  const peersOf = (region: string): readonly string[] =>
    links.filter(({ to }) => to === region).map(({ from }) => from);
  const silentMs = (region: string, peer: string): number => {
    const since = linkOf(peer, region).cutSinceMs();
    return since === undefined ? 0 : nowMs() - since;
  };
  const lastSilentMsAgo: Silence['lastSilentMsAgo'] = (region, peer, ms) => {
    if (silentMs(region, peer) >= ms) return 0;
    const ends = cutsOf(peer, region).filter(({ lastedMs }) => lastedMs >= ms);
    return nowMs() - Math.max(Number.NEGATIVE_INFINITY, ...ends.map(({ endMs }) => endMs));
  };

  return {
    table: { ...table, links, link: linkOf },
    silence: {
      lastSilentMsAgo,
      stateIn: (region, clock) => {
        const peers = peersOf(region);
        const isSick = peers.some((peer) => lastSilentMsAgo(region, peer, breakerMs) < coolDownMs);
        const writtenAtMs = clock.nowMs();
        return {
          agent: 'simulated',
          plan: configuredPlan(region, [region, ...peers]),
          breaker: { kind: isSick ? 'open' : 'closed', openings: [] },
          links: Object.fromEntries(
            peers.map((peer) => {
              const heardAtMs = writtenAtMs - silentMs(region, peer);
              return [peer, { counter: 1, heardAtMs, skewMs: 0, hasSickLink: false }];
            }),
          ),
          counter: 1,
          writtenAtMs,
        };
      },
    },
  };
};

const breakerMs = 30_000;
const coolDownMs = 60_000;
