/**
 * A region's bus in this process: alerts as they would come over the wire, the rules of the template, and the queues that
 * somebody reads.
 */
import type { AlertBus } from '../../domain/ports/alert-bus.ts';
import { alertToEntry } from '../eventbridge/alert-to-cloud-event.ts';
import { requestEntriesMax } from '../eventbridge/eventbridge-limits.ts';
import { loadBusRules } from './bus-rules.ts';
import { createEventBus, type EventBus } from './event-bus.ts';

export interface InMemoryBus {
  readonly alertBus: AlertBus;
  /** The newest alerts last, as CloudEvents. */
  readonly recentAlerts: () => readonly unknown[];
  readonly onAlert: EventBus['subscribe'];
}

export interface InMemoryBusOptions {
  readonly region: string;
  readonly deliver: (queueName: string, event: object) => void;
}

const busName = 'rejoin';

export const createInMemoryBus = ({ region, deliver }: InMemoryBusOptions): InMemoryBus => {
  const bus = createEventBus({
    region,
    rules: loadBusRules(),
    busName,
    deliver: async ({ name }, event) => deliver(name, event),
  });
  return {
    alertBus: {
      publish: async (alerts) => {
        const entries = alerts.map((alert) => {
          const { Time, ...entry } = alertToEntry(alert, busName);
          return { ...entry, Time: Time.getTime() / 1_000 };
        });
        for (let i = 0; i < entries.length; i += requestEntriesMax)
          await bus.putEvents({ Entries: entries.slice(i, i + requestEntriesMax) });
      },
    },
    recentAlerts: () => bus.recent().map(({ detail }) => detail),
    onAlert: bus.subscribe,
  };
};
