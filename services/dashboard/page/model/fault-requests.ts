/**
 * What to ask of the world so that one switch of a fault stands otherwise and every other stays. The world heals a
 * direction or a region as a whole, so what else was on there is put on again. Pure.
 */
import type { ActiveFault } from './world-state.ts';

export type FaultChange =
  | { readonly kind: 'cut'; readonly from: string; readonly to: string; readonly isOn: boolean }
  /** 0 ms ends it. */
  | { readonly kind: 'lag'; readonly from: string; readonly to: string; readonly ms: number }
  | { readonly kind: 'outage'; readonly region: string; readonly isOn: boolean }
  | { readonly kind: 'cut-all' }
  | { readonly kind: 'heal-all' };

/** A body of `POST /world/faults`. */
export type FaultRequest =
  | { readonly kind: 'partition' | 'heal'; readonly from?: string; readonly to?: string; readonly bothWays?: false }
  | { readonly kind: 'lag'; readonly from: string; readonly to: string; readonly bothWays: false; readonly ms: number }
  | { readonly kind: 'outage'; readonly from: string };

/** In the order in which they are to be sent. */
export const requestsFor = (faults: readonly ActiveFault[], change: FaultChange): readonly FaultRequest[] => {
  switch (change.kind) {
    case 'cut': {
      const { from, to, isOn } = change;
      if (isOn) return [{ kind: 'partition', from, to, bothWays: false }];
      const rest = faults.filter((it) => it.kind === 'lag' && it.from === from && it.to === to);
      return [{ kind: 'heal', from, to, bothWays: false }, ...rest.map(toRequest)];
    }
    case 'lag':
      return [{ ...change, bothWays: false }];
    case 'outage': {
      const { region, isOn } = change;
      if (isOn) return [{ kind: 'outage', from: region }];
      const rest = faults.filter((it) => it.kind !== 'outage' && it.from === region);
      return [{ kind: 'heal', from: region, bothWays: false }, ...rest.map(toRequest)];
    }
    case 'cut-all':
      return [{ kind: 'partition' }];
    case 'heal-all':
      return [{ kind: 'heal' }];
  }
};

/** What will be on once the world has done it. */
export const faultsAfter = (
  faults: readonly ActiveFault[],
  change: FaultChange,
  regions: readonly string[],
): readonly ActiveFault[] => {
  switch (change.kind) {
    case 'cut': {
      const { from, to, isOn } = change;
      const rest = faults.filter((it) => it.kind !== 'partition' || it.from !== from || it.to !== to);
      return isOn ? [...rest, { kind: 'partition', from, to }] : rest;
    }
    case 'lag': {
      const { from, to, ms } = change;
      const rest = faults.filter((it) => it.kind !== 'lag' || it.from !== from || it.to !== to);
      return ms > 0 ? [...rest, { kind: 'lag', from, to, ms }] : rest;
    }
    case 'outage': {
      const { region, isOn } = change;
      const rest = faults.filter((it) => it.kind !== 'outage' || it.region !== region);
      return isOn ? [...rest, { kind: 'outage', region }] : rest;
    }
    case 'cut-all': {
      const rest = faults.filter(({ kind }) => kind !== 'partition');
      return [...rest, ...orderedPairs(regions).map((pair) => ({ kind: 'partition', ...pair }) as const)];
    }
    case 'heal-all':
      return [];
  }
};

export const orderedPairs = (regions: readonly string[]): readonly { readonly from: string; readonly to: string }[] =>
  regions.flatMap((from) => regions.filter((to) => to !== from).map((to) => ({ from, to })));

const toRequest = (fault: ActiveFault): FaultRequest => {
  switch (fault.kind) {
    case 'outage':
      return { kind: 'outage', from: fault.region };
    case 'partition':
    case 'lag':
      return { ...fault, bothWays: false };
  }
};

export const isCut = (faults: readonly ActiveFault[], from: string, to: string): boolean =>
  faults.some((it) => it.kind === 'partition' && it.from === from && it.to === to);

export const lagMsOf = (faults: readonly ActiveFault[], from: string, to: string): number =>
  faults.reduce((ms, it) => (it.kind === 'lag' && it.from === from && it.to === to ? it.ms : ms), 0);

export const isOut = (faults: readonly ActiveFault[], region: string): boolean =>
  faults.some((it) => it.kind === 'outage' && it.region === region);
