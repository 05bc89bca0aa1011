/**
 * An alert bus in memory that remembers what was published, in order. Alerts are kept as JSON, so that nobody can change
 * one after the fact and only JSON comes back here too.
 */
import type { Alert, AlertBus } from '../../domain/ports/alert-bus.ts';

export interface InMemoryAlertBus extends AlertBus {
  readonly published: () => readonly Alert[];
}

export const createInMemoryAlertBus = (): InMemoryAlertBus => {
  const published: string[] = [];
  return {
    publish: async (alerts) => {
      published.push(...alerts.map((alert) => JSON.stringify(alert)));
    },
    published: () => published.map((text) => JSON.parse(text) as Alert),
  };
};
