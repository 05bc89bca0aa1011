/**
 * The versions of the projections' code that a region runs one after the other. Every second one takes a cancellation
 * after the parcel has left for legal, so the same entries fold to other statuses and other cases.
 *
 * A deployment rolls out: for a while new invocations run the old code or the new, and old ones that are at work, or
 * asleep, go on for as long as they live.
 */
import { fold } from '../../../domain/fold/fold.ts';
import type { FoldedStream } from '../../../domain/fold/folded-stream.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { defineLifecycle, type Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail, retailDefinition } from '../../../domain/lifecycle/retail.ts';
import { projectionVersion } from '../../../projections/views/order-view.ts';
import type { RandomStream } from '../kernel/random-streams.ts';

export interface ProjectionCode {
  readonly number: number;
  readonly version: string;
  readonly lifecycle: Lifecycle;
  readonly fold: (entries: readonly Entry[]) => FoldedStream;
}

export interface DeployedCode {
  /** What a new invocation runs. */
  readonly draw: () => ProjectionCode;
  /** No invocation that begins now runs older code. */
  readonly oldest: () => ProjectionCode;
  readonly newest: () => ProjectionCode;
  /** Returns how to end the rollout; undefined while there is one, or when no newer code is left. */
  readonly beginRollout: () => (() => void) | undefined;
}

export const createDeployedCode = (random: RandomStream): DeployedCode => {
  let newest = 1;
  let isRollingOut = false;
  const oldest = (): number => (isRollingOut ? newest - 1 : newest);
  return {
    draw: () => codeOf(isRollingOut && random.chance(0.5) ? newest - 1 : newest),
    oldest: () => codeOf(oldest()),
    newest: () => codeOf(newest),
    beginRollout: () => {
      if (isRollingOut || newest === codesMax) return undefined;
      newest++;
      isRollingOut = true;
      return () => {
        isRollingOut = false;
      };
    },
  };
};

const codesMax = 4;

const createCode = (number: number): ProjectionCode => {
  const lifecycle = number === 1 ? retail : defineLifecycle(definitionOf(number));
  return {
    number,
    lifecycle,
    version: projectionVersion(lifecycle),
    fold: rememberLast((entries) => fold(entries, lifecycle)),
  };
};

/**
 * Duplicates, retries, rebuilds and the other region ask for the same fold again. The fold is a function of its entries
 * (same-state.ts folds them anew), and these are the same objects only if they are the same entries in the same order.
 */
const rememberLast = (foldAnew: ProjectionCode['fold']): ProjectionCode['fold'] => {
  const remembered = new Map<string, { readonly entries: readonly Entry[]; readonly folded: FoldedStream }[]>();
  return (entries) => {
    const stream = entries[0]?.stream ?? '';
    const ofStream = remembered.get(stream) ?? [];
    const known = ofStream.find((it) => isSameList(it.entries, entries));
    if (known) return known.folded;
    const folded = foldAnew(entries);
    remembered.set(stream, [{ entries, folded }, ...ofStream.slice(0, foldsRemembered - 1)]);
    return folded;
  };
};

/** About one for each region. */
const foldsRemembered = 3;

const isSameList = (left: readonly Entry[], right: readonly Entry[]): boolean =>
  left.length === right.length && left.every((entry, i) => entry === right[i]);

const definitionOf = (number: number) => {
  const version = retailDefinition.version + number - 1;
  if (number % 2 === 1) return { ...retailDefinition, version };
  const { events } = retailDefinition;
  const OrderCancelled = {
    ...events.OrderCancelled,
    transitions: [{ from: ['placed', 'paid', 'packed', 'shipped'], to: 'cancelled' }],
  };
  return { ...retailDefinition, version, events: { ...events, OrderCancelled } };
};

const codes = Array.from({ length: codesMax }, (_, i) => createCode(i + 1));
const codeByVersion = new Map(codes.map((code) => [code.version, code]));

const codeOf = (number: number): ProjectionCode => codes[number - 1] as ProjectionCode;

export const oldestCode = codeOf(1);

/** Every code that a region has run by then. */
export const codesSoFar = (newest: number): readonly ProjectionCode[] => codes.slice(0, newest);

export const codeOfVersion = (version: string): ProjectionCode => {
  const code = codeByVersion.get(version);
  if (!code) throw new Error(`no code has version ${version}`);
  return code;
};
