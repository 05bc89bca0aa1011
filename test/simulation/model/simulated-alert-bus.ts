/**
 * The alert bus port of one region: what is published is heard at once and for good, also when only some of it was
 * accepted, and when nobody hears that it was.
 */
import type { AlertBus, CaseAlert, ReviewAlert } from '../../../domain/ports/alert-bus.ts';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import type { FaultDice } from '../faults/fault-dice.ts';
import type { RandomStream } from '../kernel/random-streams.ts';
import type { Requests } from './faulty-requests.ts';

export interface SimulatedAlertBusDeps {
  readonly random: RandomStream;
  readonly dice: FaultDice;
  readonly onAlert: (alert: CaseAlert) => void;
  readonly onReviewAlert: (alert: ReviewAlert) => void;
}

export const createSimulatedAlertBus = (
  { random, dice, onAlert, onReviewAlert }: SimulatedAlertBusDeps,
  { request }: Pick<Requests, 'request'>,
): AlertBus => ({
  publish: (alerts) =>
    request('publish', () => {
      const isPartial = dice.strikes('partialAcceptance', random);
      const accepted = isPartial ? random.shuffle(alerts).slice(0, random.integer(0, alerts.length - 1)) : alerts;
      for (const alert of accepted) {
        if ('cut' in alert) onAlert(alert);
        else if ('workflow' in alert) onReviewAlert(alert);
      }
      if (!isPartial) return;
      dice.reached('alerts accepted in part');
      throw new LedgerFault('unavailable', 'the bus did not take them all');
    }),
});
