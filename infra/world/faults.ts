/**
 * Which faults of the world are on: per ordered pair of regions a lag and a cut, per region an outage.
 *
 * Links and hosts ask before every step what holds now, so a fault takes effect at once, for every table alike, and
 * nothing has to be told when it heals.
 */
import { invariant } from '../../domain/kernel/invariant.ts';
import type { Sleep } from '../../domain/ports/clock.ts';
import type { ActiveFault, Fault, LinkSelection } from './world-types.ts';

export interface LinkCondition {
  /** Nothing crosses; what was written waits in the source's stream. */
  readonly isCut: boolean;
  /** How long an item takes on average. */
  readonly lagMs: number;
}

export interface Faults {
  /** The names must be regions of this world. */
  readonly set: (fault: Fault) => void;
  readonly condition: (from: string, to: string) => LinkCondition;
  readonly isOut: (region: string) => boolean;
  readonly active: () => readonly ActiveFault[];
}

export const createFaults = (regions: readonly string[]): Faults => {
  const lagMsByLink = new Map<string, number>();
  const cutLinks = new Set<string>();
  const outRegions = new Set<string>();
  const links = regions.flatMap((from) => regions.filter((to) => to !== from).map((to) => ({ from, to })));
  const isOut = (region: string): boolean => outRegions.has(region);

  const set = (fault: Fault): void => {
    for (const name of [fault.from, 'to' in fault ? fault.to : undefined])
      invariant(name === undefined || regions.includes(name), `${name} is a region of this world`);
    if (fault.kind === 'outage') {
      outRegions.add(fault.from);
      return;
    }
    for (const link of links.filter((it) => isSelected(it, fault))) {
      const key = linkKey(link);
      if (fault.kind === 'partition') cutLinks.add(key);
      else if (fault.kind === 'lag' && fault.ms > 0) lagMsByLink.set(key, fault.ms);
      else lagMsByLink.delete(key);
      if (fault.kind === 'heal') cutLinks.delete(key);
    }
    if (fault.kind === 'heal' && fault.to === undefined)
      for (const region of fault.from === undefined ? regions : [fault.from]) outRegions.delete(region);
  };

  return {
    set,
    isOut,
    condition: (from, to) => ({
      isCut: cutLinks.has(linkKey({ from, to })) || isOut(from) || isOut(to),
      lagMs: lagMsByLink.get(linkKey({ from, to })) ?? 0,
    }),
    active: () => [
      ...[...outRegions].map((region) => ({ kind: 'outage', region }) as const),
      ...links.filter((link) => cutLinks.has(linkKey(link))).map((link) => ({ kind: 'partition', ...link }) as const),
      ...links.flatMap((link) => {
        const ms = lagMsByLink.get(linkKey(link));
        return ms === undefined ? [] : [{ kind: 'lag', ...link, ms } as const];
      }),
    ],
  };
};

/** Of a question to another region and its answer; Infinity where none would come. */
export const roundTripMs = ({ condition }: Pick<Faults, 'condition'>, from: string, to: string): number => {
  const ways = [condition(from, to), condition(to, from)];
  return ways.some(({ isCut }) => isCut)
    ? Number.POSITIVE_INFINITY
    : ways.reduce((sumMs, { lagMs }) => sumMs + lagMs, 0);
};

export interface WayDeps {
  readonly faults: Pick<Faults, 'condition'>;
  readonly sleep: Sleep;
}

/** Goes one way from region to region, as slowly as it is. False when what was sent is lost. */
export const cross = async ({ faults, sleep }: WayDeps, from: string, to: string): Promise<boolean> => {
  const { isCut, lagMs } = faults.condition(from, to);
  if (isCut) return false;
  await sleep(lagMs);
  return !faults.condition(from, to).isCut;
};

interface LinkName {
  readonly from: string;
  readonly to: string;
}

const isSelected = (link: LinkName, { from, to, bothWays = true }: LinkSelection): boolean =>
  matches(link, { from, to }) || (bothWays && matches(link, { from: to, to: from }));

const matches = (link: LinkName, { from, to }: LinkSelection): boolean =>
  (from === undefined || link.from === from) && (to === undefined || link.to === to);

const linkKey = ({ from, to }: LinkName): string => `${from}>${to}`;
