/**
 * What every alert bus does. It sees only what came out at the other end, as CloudEvents.
 */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Alert, AlertBus } from '../../../domain/ports/alert-bus.ts';
import { type AlertCloudEvent, alertToCloudEvent } from '../../../infra/eventbridge/alert-to-cloud-event.ts';
import { exampleAlerts } from '../builders/example-alerts.ts';

export interface AlertBusUnderTest {
  readonly bus: AlertBus;
  /** Everything published since this bus was made, repetitions too. */
  readonly published: () => readonly AlertCloudEvent[];
}

export const alertBusContract = (name: string, createBus: () => Promise<AlertBusUnderTest>): void => {
  describe(`${name} as an alert bus`, () => {
    let tested: AlertBusUnderTest;
    beforeEach(async () => {
      tested = await createBus();
    });

    it('publishes every type of alert whole', async () => {
      const alerts = Object.values(exampleAlerts);
      await tested.bus.publish(alerts);
      expect(byId(tested.published())).toEqual(byId(alerts.map(alertToCloudEvent)));
    });

    it('publishes any number of alerts at once', async () => {
      const alerts = manyAlerts(73);
      await tested.bus.publish(alerts);
      expect(byId(tested.published())).toEqual(byId(alerts.map(alertToCloudEvent)));
    });

    it('publishes nothing when there is nothing to say', async () => {
      await tested.bus.publish([]);
      expect(tested.published()).toEqual([]);
    });

    it('publishes a repeated alert again, as the same event', async () => {
      await tested.bus.publish([exampleAlerts.CaseSettled]);
      await tested.bus.publish([exampleAlerts.CaseSettled]);
      const event = alertToCloudEvent(exampleAlerts.CaseSettled);
      expect(tested.published()).toEqual([event, event]);
    });

    it('publishes what it was given, not what became of it', async () => {
      const reasons = [...exampleAlerts.ConflictNeedsReview.reasons];
      await tested.bus.publish([{ ...exampleAlerts.ConflictNeedsReview, reasons }]);
      reasons.push('ambiguous');
      expect(tested.published()).toEqual([alertToCloudEvent(exampleAlerts.ConflictNeedsReview)]);
    });
  });
};

export const manyAlerts = (count: number): readonly Alert[] =>
  Array.from({ length: count }, (_, i) => ({ ...exampleAlerts.IllegalTransition, cut: { 'us-east-1': i + 1 } }));

const byId = (events: readonly AlertCloudEvent[]): readonly AlertCloudEvent[] =>
  events.toSorted((left, right) => (left.id < right.id ? -1 : 1));
