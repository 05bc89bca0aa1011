/**
 * EventBridge's part in the world: takes PutEvents requests as they come over the wire, matches the rules of the
 * template, and hands each event to the targets of those that match.
 *
 * AWS answers before it delivers, since it has stored the event. This bus stores nothing, so it delivers first: what it
 * has acknowledged is in the queues, or was reported, even if the world ends right after. As in AWS, a target that does
 * not take an event is no business of the publisher.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Sleep } from '../../domain/ports/clock.ts';
import type { BusRule, BusTarget } from './bus-rules.ts';
import type { JsonObject } from './event-json.ts';
import { type EventPattern, parseEventPattern } from './event-pattern.ts';
import { type AcceptedEntry, type CheckedEntry, checkPutEvents } from './put-events-request.ts';

/** As targets get it. */
export interface BusEvent extends JsonObject {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

export interface EventBusOptions {
  readonly region: string;
  readonly rules: readonly BusRule[];
  readonly deliver: (target: BusTarget, event: BusEvent) => Promise<void>;
  readonly busName?: string;
  /** A target did not take an event, and will not get it. */
  readonly onFault?: (fault: DeliveryFault) => void;
  readonly sleep?: Sleep;
  readonly nowMs?: () => number;
}

export interface DeliveryFault {
  readonly rule: string;
  readonly target: BusTarget;
  readonly event: BusEvent;
  readonly cause: unknown;
}

export interface EventBus {
  /** `body`: the parsed request; the answer's is to be sent as JSON (AWS JSON 1.1). */
  readonly putEvents: (body: unknown) => Promise<{ readonly status: number; readonly body: unknown }>;
  /** The newest events last, whether a rule matched or not. */
  readonly recent: () => readonly BusEvent[];
  /** Told of each event from now on, whether a rule matches or not. It must not throw. Returns what ends it. */
  readonly subscribe: (subscriber: BusSubscriber) => () => void;
}

export type BusSubscriber = (event: BusEvent) => void;

const recentEventsMax = 1_000;
const deliveryAttemptsMax = 4;
const deliveryRetryWaitMs = 50;
/** The account of everything that runs locally. */
const localAccount = '000000000000';

/** Throws an EventPatternError when a rule's pattern is none. */
export const createEventBus = ({
  region,
  rules,
  deliver,
  busName = 'rejoin',
  onFault = () => undefined,
  sleep = (ms) => setTimeout(ms),
  nowMs = Date.now,
}: EventBusOptions): EventBus => {
  const loaded = rules.map(loadRule);
  const recent: BusEvent[] = [];
  const subscribers = new Set<BusSubscriber>();

  const deliverWithRetries = async (rule: string, target: BusTarget, event: BusEvent): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await deliver(target, event);
      } catch (cause) {
        if (attempt >= deliveryAttemptsMax) return onFault({ rule, target, event, cause });
        await sleep(deliveryRetryWaitMs * attempt);
      }
    }
  };

  const publish = async (entry: AcceptedEntry): Promise<ResultEntry> => {
    const event = toBusEvent(entry, { region, nowMs: nowMs() });
    recent.push(event);
    if (recent.length > recentEventsMax) recent.shift();
    for (const subscriber of subscribers) subscriber(event);
    const matched = loaded.filter(({ matches }) => matches(event));
    await Promise.all(
      matched.flatMap(({ name, targets }) => targets.map((target) => deliverWithRetries(name, target, event))),
    );
    return { EventId: event.id };
  };

  return {
    putEvents: async (body) => {
      const checked = checkPutEvents(body, busName);
      if (checked.kind === 'refused') return { status: 400, body: { __type: checked.error, message: checked.message } };
      const results: ResultEntry[] = [];
      for (const it of checked.entries) results.push(it.kind === 'accepted' ? await publish(it.entry) : toFailure(it));
      const failures = results.filter((it) => 'ErrorCode' in it);
      return { status: 200, body: { FailedEntryCount: failures.length, Entries: results } };
    },
    recent: () => [...recent],
    subscribe: (subscriber) => {
      subscribers.add(subscriber);
      return () => void subscribers.delete(subscriber);
    },
  };
};

type ResultEntry = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

interface LoadedRule {
  readonly name: string;
  readonly matches: EventPattern;
  readonly targets: readonly BusTarget[];
}

const loadRule = ({ name, pattern, targets }: BusRule): LoadedRule => {
  try {
    return { name, matches: parseEventPattern(pattern), targets };
  } catch (error) {
    if (error instanceof Error) error.message = `Rule ${name}: ${error.message}`;
    throw error;
  }
};

const toBusEvent = (
  { source, detailType, detail, resources, timeMs }: AcceptedEntry,
  { region, nowMs }: { readonly region: string; readonly nowMs: number },
): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': detailType,
  source,
  account: localAccount,
  time: new Date(timeMs ?? nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
  region,
  resources,
  detail,
});

const toFailure = ({ code, message }: Extract<CheckedEntry, { readonly kind: 'failed' }>): ResultEntry => ({
  ErrorCode: code,
  ErrorMessage: message,
});
