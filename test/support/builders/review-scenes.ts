/**
 * The worked cases of the design in which somebody is asked, and decisions that two took at once: as scenes of two
 * regions that were cut off from each other, each with the entry that its case is about.
 */
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import type { Lifecycle } from '../../../domain/lifecycle/define-lifecycle.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import type { ReviewedCase } from '../../../domain/review/parties.ts';
import { createLedger, type LedgerBuilder, type LedgerOptions, type LedgerWriter } from './ledger-builder.ts';
import {
  addressChanged,
  cancelled,
  delivered,
  type EventDraft,
  packed,
  paid,
  placed,
  refunded,
  resolved,
  shipped,
} from './retail-drafts.ts';

export interface Scene {
  readonly ledger: LedgerBuilder;
  readonly us: LedgerWriter;
  readonly eu: LedgerWriter;
}

/** Both regions have seen the base, and nothing since. */
export const setScene = (base: readonly EventDraft[] = [placed(), paid()], options: LedgerOptions = {}): Scene => {
  const ledger = createLedger(options);
  const scene = { ledger, us: ledger.at('us-east-1'), eu: ledger.at('eu-west-1') };
  for (const event of base) scene.us.append(event);
  ledger.replicateAll();
  return scene;
};

export const reviewOf = (
  entries: readonly Entry[],
  about: Pick<Entry, 'id'>,
  lifecycle: Lifecycle = retail,
): ReviewedCase => {
  const folded = fold(entries, lifecycle);
  const found = folded.cases.find(({ id }) => id === about.id);
  if (!found) throw new Error(`no case about ${about.id}`);
  return { entries, lifecycle, folded, found };
};

interface WorkedScene {
  readonly base?: readonly EventDraft[];
  /** Returns the entry that the case is about. */
  readonly play: (scene: Scene) => Entry;
}

const parcelLeft = ({ us }: Scene): void => {
  us.append(packed());
  us.append(shipped());
};

export const workedScenes = {
  'shipped against cancelled': {
    play: (scene) => {
      parcelLeft(scene);
      return scene.eu.append(cancelled());
    },
  },
  'delivered against cancelled': {
    play: (scene) => {
      parcelLeft(scene);
      scene.us.append(delivered());
      const cancellation = scene.eu.append(cancelled());
      scene.eu.append(refunded(500));
      return cancellation;
    },
  },
  'delivered against refunded': {
    play: (scene) => {
      parcelLeft(scene);
      scene.us.append(delivered());
      scene.eu.append(cancelled());
      return scene.eu.append(refunded(500));
    },
  },
  'shipped against shipped': {
    play: ({ us, eu, ledger }) => {
      us.append(packed());
      ledger.replicateAll();
      us.append(shipped('of-us'));
      return eu.append(shipped('of-eu'));
    },
  },
  'shipped against another address': {
    play: (scene) => {
      parcelLeft(scene);
      return scene.eu.append(addressChanged('Olinda'));
    },
  },
  'shipped before paid': {
    base: [],
    play: ({ us }) => {
      us.append(placed());
      return us.append(shipped());
    },
  },
  'cancelled, then shipped, in one region': {
    play: ({ us }) => {
      const cancellation = us.append(cancelled());
      us.append(shipped());
      return cancellation;
    },
  },
  'resolved to cancelled, then delivered': {
    play: (scene) => {
      settleAsCancelled(scene);
      return scene.us.append(delivered());
    },
  },
  'resolved to cancelled': {
    play: (scene) => {
      const cancellation = settleAsCancelled(scene);
      scene.us.append(delivered());
      return cancellation;
    },
  },
  'resolved twice at once': {
    play: (scene) => {
      parcelLeft(scene);
      const cases = [scene.eu.append(cancelled()).id];
      scene.ledger.replicateAll();
      scene.us.append(resolved({ cases, status: 'shipped' }));
      return scene.eu.append(resolved({ cases, status: 'cancelled' }));
    },
  },
} as const satisfies Readonly<Record<string, WorkedScene>>;

const settleAsCancelled = (scene: Scene): Entry => {
  parcelLeft(scene);
  const cancellation = scene.eu.append(cancelled());
  scene.ledger.replicateAll();
  scene.eu.append(resolved({ cases: [cancellation.id], status: 'cancelled' }));
  scene.ledger.replicateAll();
  return cancellation;
};

export type SceneName = keyof typeof workedScenes;

export const sceneNames = Object.keys(workedScenes) as readonly SceneName[];

export const playScene = (name: SceneName): ReviewedCase => {
  const { base, play }: WorkedScene = workedScenes[name];
  const scene = setScene(base);
  const about = play(scene);
  return reviewOf(scene.ledger.entries(), about);
};
