/**
 * Order traffic for whoever wants to see the world at work: at a steady pace orders are placed in every region and led
 * through their lives over the following seconds, through the regions' order APIs.
 *
 * It is no measurement: the machine that serves it is the one that sends it, so what is under way is bounded and the pace
 * gives way.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../domain/ports/clock.ts';
import { createOrderClient } from '../play/order-client.ts';
import type { World } from '../world-types.ts';
import { planOrderLife } from './order-life.ts';
import { type Counts, createOrderSender, noCounts } from './order-sender.ts';
import { createOrderPlayer } from './play-order.ts';

export interface OrderTraffic {
  /** False when it plays already. */
  readonly start: (pace: Pace) => boolean;
  /** Resolves when nothing is under way any more. */
  readonly stop: () => Promise<void>;
  readonly state: () => PlayState;
}

export interface Pace {
  readonly ordersPerSecond: number;
  readonly seconds: number;
}

/** While nothing is played, of the last time: `endsAt` is then when it ended. */
export interface PlayState extends Counts {
  readonly state: 'idle' | 'playing';
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly endsAt?: string;
}

export interface OrderTrafficDeps {
  readonly world: Pick<World, 'regions' | 'faults' | 'issueToken'>;
  readonly onFault: (fault: unknown) => void;
}

export const createOrderTraffic = (deps: OrderTrafficDeps): OrderTraffic => {
  let last: Play | undefined;
  return {
    start: (pace) => {
      if (last?.state().state === 'playing') return false;
      last = startPlay(pace, deps);
      return true;
    },
    stop: async () => last?.stop(),
    state: () => last?.state() ?? { state: 'idle', ...noCounts },
  };
};

type Play = Pick<OrderTraffic, 'stop' | 'state'>;

const startPlay = (pace: Pace, { world, onFault }: OrderTrafficDeps): Play => {
  const startedAtMs = Date.now();
  let endsAtMs = startedAtMs + pace.seconds * 1_000;
  let state: PlayState['state'] = 'playing';
  let counts = (): Counts => noCounts;
  const over = new AbortController();
  const cut = new AbortController();
  const timer = setTimeout(() => over.abort(), pace.seconds * 1_000);
  over.signal.addEventListener('abort', () => setTimeout(() => cut.abort(), lastAnswersMs).unref());
  const isOver = () => over.signal.aborted;
  const pause = (ms: number) => sleep(Math.max(0, ms), undefined, { signal: over.signal }).catch(() => undefined);

  const play = async (): Promise<void> => {
    const client = createOrderClient({
      socketsMax: requestsInFlightMax,
      random,
      sleep: pause,
      nowMs: Date.now,
      giveUpAfterMs,
      over: over.signal,
      cut: cut.signal,
    });
    try {
      const token = await world.issueToken({ scopes, tenant, subject: 'play', expiresInSeconds: pace.seconds + 60 });
      const sender = createOrderSender({ client, token, requestsInFlightMax, isOver });
      counts = sender.counts;
      const playOrder = createOrderPlayer({ world, sender, random, pause });
      const playNth = (n: number) => playOrder(`play-${startedAtMs.toString(36)}-${n}`, planOrderLife(random));
      await keepPace((n) => playNth(n).catch(onFault), { ...pace, pause, isOver });
    } finally {
      client.close();
    }
  };

  const ended = play()
    .catch(onFault)
    .finally(() => {
      clearTimeout(timer);
      [state, endsAtMs] = ['idle', Date.now()];
    });
  return {
    stop: () => {
      over.abort();
      return ended;
    },
    state: () => ({
      state,
      startedAt: new Date(startedAtMs).toISOString(),
      endsAt: new Date(endsAtMs).toISOString(),
      ...counts(),
    }),
  };
};

interface KeepPace extends Pick<Pace, 'ordersPerSecond'> {
  /** Shorter when it is over. */
  readonly pause: (ms: number) => Promise<void>;
  readonly isOver: () => boolean;
}

/** Starts a life a beat while there is room; resolves when it is over and no life is left. */
const keepPace = async (live: (n: number) => Promise<void>, { ordersPerSecond, pause, isOver }: KeepPace) => {
  const everyMs = 1_000 / ordersPerSecond;
  const lives = new Set<Promise<void>>();
  let dueMs = Date.now();
  for (let n = 1; !isOver(); n++) {
    const life = live(n).finally(() => lives.delete(life));
    lives.add(life);
    dueMs = Math.max(dueMs + everyMs, Date.now() - behindMsMax);
    await pause(dueMs - Date.now());
    while (lives.size >= livesMax && !isOver()) await pause(lookMs);
  }
  await Promise.all(lives);
};

const random: Random = Math.random;
const scopes = ['orders:write', 'facts:write'];
/** Where a person looks who names no tenant. */
const tenant = 'default';
/** A region: whoever looks on, and replication, are to be served as well. */
const requestsInFlightMax = 4;
/** A region that is out for a moment is waited for; then its customers go to another. */
const giveUpAfterMs = 1_500;
/** How long what is under way at the end may take. */
const lastAnswersMs = 2_000;
/** At once. */
const livesMax = 500;
const lookMs = 50;
/** What a slow moment cost is caught up with; what a slow machine cannot do is left out. */
const behindMsMax = 1_000;
