import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, CaseAlert, ReviewAlert } from '../../../domain/ports/alert-bus.ts';
import { alertToCloudEvent, alertToEntry } from '../../../infra/eventbridge/alert-to-cloud-event.ts';
import { entryBytes } from '../../../infra/eventbridge/eventbridge-alert-bus.ts';
import { alertBytesMax } from '../../../infra/eventbridge/eventbridge-limits.ts';
import { alerts, caseAlerts, reviewAlerts, tamperAlerts } from '../../support/arbitraries/alerts.ts';
import { exampleAlerts } from '../../support/builders/example-alerts.ts';
import { createCloudEventCheck, createTmf688Check } from '../../support/schemas/alert-schemas.ts';

const cloudEventMistakes = createCloudEventCheck();
const tmf688Mistakes = createTmf688Check('Event');

const overTheWire = (alert: Alert) => JSON.parse(alertToEntry(alert, 'rejoin').Detail);

describe('an alert as a CloudEvent', () => {
  describe.each(Object.values(exampleAlerts))('of type $type', (alert) => {
    it('keeps the CloudEvents schema', () => {
      expect(cloudEventMistakes(overTheWire(alert))).toEqual([]);
    });

    it('holds an Event as TMF688 defines it, and nothing besides', () => {
      expect(tmf688Mistakes(overTheWire(alert).data)).toEqual([]);
    });

    it('says what happened in words, without a hole', () => {
      const { title, description } = overTheWire(alert).data;
      expect(title).toMatch(/^[A-Z][a-z ]+$/);
      expect(description).toMatch(/^[A-Z].{20,}/);
      expect(description).not.toMatch(/undefined|null|: \.|\(\)/);
    });
  });

  it('keeps both schemas, and the names that CloudEvents allows, whatever the alert', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        const event = overTheWire(alert);
        expect(cloudEventMistakes(event)).toEqual([]);
        expect(tmf688Mistakes(event.data)).toEqual([]);
        for (const [name, value] of Object.entries(event)) {
          expect(name).toMatch(/^[a-z0-9]{1,20}$/);
          if (name !== 'data') expect(typeof value).toBe('string');
        }
        expect(event.data.eventId).toBe(event.id);
        expect(event.data.eventTime).toBe(event.time);
      }),
    );
  });

  it('tells consumers by extension attributes whose order it is, which case, and at which cut and version', () => {
    expect(alertToCloudEvent(exampleAlerts.CaseSettled)).toMatchObject({
      type: 'rejoin.CaseSettled',
      source: '/rejoin/us-east-1',
      subject: 'order/acme/1001',
      region: 'us-east-1',
      tenant: 'acme',
      caseid: '01KAJ2Q8V4T6W3F0ZC5X7M9BND',
      cut: 'eu-west-1:3,us-east-1:5',
      version: '0001.0001',
    });
  });

  it('has a case, and neither cut nor version, where a review goes on', () => {
    const event = alertToCloudEvent(exampleAlerts.ReviewEnded);
    expect(event.caseid).toBe('01KAJ2Q8V4T6W3F0ZC5X7M9BND');
    expect(event).not.toHaveProperty('cut');
    expect(event).not.toHaveProperty('version');
    expect(event.data.event).toMatchObject({ workflow: 1, escalations: 1, outcome: 'settled' });
  });

  it('has no case, no cut and no version where the ledger was tampered with', () => {
    const event = alertToCloudEvent(exampleAlerts.LedgerTampered);
    expect(event).not.toHaveProperty('caseid');
    expect(event).not.toHaveProperty('cut');
    expect(event).not.toHaveProperty('version');
    expect(event.data.correlationId).toBe('order/acme/1001#eu-west-1/0000000003');
  });

  it('has no tenant where the stream is no order', () => {
    const event = overTheWire({ ...exampleAlerts.LedgerTampered, stream: 'plan' });
    expect(event).not.toHaveProperty('tenant');
    expect(cloudEventMistakes(event)).toEqual([]);
  });
});

describe("an alert's id", () => {
  it('stays the same when the alert is said again later', () => {
    fc.assert(
      fc.property(caseAlerts, fc.nat(), (alert, laterMs) => {
        expect(alertToCloudEvent({ ...alert, atMs: alert.atMs + laterMs }).id).toBe(alertToCloudEvent(alert).id);
      }),
    );
  });

  it('stays the same in whatever order the cut names its writers', () => {
    const { cut } = exampleAlerts.ConflictNeedsReview;
    const reversed = Object.fromEntries(Object.entries(cut).toReversed());
    const again = alertToCloudEvent({ ...exampleAlerts.ConflictNeedsReview, cut: reversed });
    expect(again.id).toBe(alertToCloudEvent(exampleAlerts.ConflictNeedsReview).id);
  });

  it('differs between any two things that a region says of a case', () => {
    fc.assert(
      fc.property(caseAlerts, caseAlerts, (left, right) => {
        const said = ({ caseId, type, cut, version }: CaseAlert) =>
          JSON.stringify([caseId, type, version, Object.entries(cut).sort()]);
        const isSame = alertToCloudEvent(left).id === alertToCloudEvent(right).id;
        expect(isSame).toBe(said(left) === said(right));
      }),
    );
  });

  it('stays the same when a step of a review is said again later, and differs between any two steps', () => {
    const said = ({ caseId, type, workflow, escalations, outcome }: ReviewAlert) =>
      JSON.stringify([caseId, type, workflow, escalations, outcome]);
    fc.assert(
      fc.property(reviewAlerts, reviewAlerts, fc.nat(), (left, other, laterMs) => {
        const right = { ...other, caseId: left.caseId };
        expect(alertToCloudEvent({ ...left, atMs: left.atMs + laterMs }).id).toBe(alertToCloudEvent(left).id);
        const isSame = alertToCloudEvent(left).id === alertToCloudEvent(right).id;
        expect(isSame).toBe(said(left) === said(right));
      }),
    );
  });

  it('differs when an entry is tampered with a second time', () => {
    fc.assert(
      fc.property(tamperAlerts, (alert) => {
        const again = { ...alert, atMs: alert.atMs + 1 };
        expect(alertToCloudEvent(again).id).not.toBe(alertToCloudEvent(alert).id);
      }),
    );
  });
});

describe('an alert as an entry of PutEvents', () => {
  it('says source, type, stream and time where rules can see them', () => {
    expect(alertToEntry(exampleAlerts.CaseSettled, 'rejoin')).toMatchObject({
      Source: 'rejoin',
      DetailType: 'CaseSettled',
      Resources: ['order/acme/1001'],
      Time: new Date(exampleAlerts.CaseSettled.atMs),
      EventBusName: 'rejoin',
    });
  });

  it('names at most 50 opponents and counts the rest', () => {
    const opponents = Array.from({ length: 63 }, (_, i) => `01KAJ2Q6Y1K5P9A2E8J4V0T${String(i).padStart(3, '0')}`);
    const { event } = overTheWire({ ...exampleAlerts.ConflictNeedsReview, opponents }).data;
    expect(event.opponents).toEqual(opponents.slice(0, 50));
    expect(event.opponentsOmitted).toBe(13);
  });

  it('fits a request ten times over, whatever the alert', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        expect(entryBytes(alertToEntry(alert, 'rejoin'))).toBeLessThan(alertBytesMax);
      }),
    );
  });

  it('fits a request ten times over at its very longest', () => {
    const longest: CaseAlert = {
      ...exampleAlerts.CaseSettled,
      stream: 's'.repeat(2048),
      cut: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${'r'.repeat(31)}${i}`, 10_000])),
      reasons: ['contested', 'illegal', 'key-reused', 'ambiguous', 'field-disputed', 'resolutions-differ'],
      opponents: Array.from({ length: 10_000 }, () => exampleAlerts.CaseSettled.caseId),
    };
    for (const type of ['IllegalTransition', 'ConflictNeedsReview', 'CaseWithdrawn', 'CaseSettled'] as const)
      expect(entryBytes(alertToEntry({ ...longest, type }, 'rejoin'))).toBeLessThan(alertBytesMax);
  });
});

describe('the check against TMF688', () => {
  const event = overTheWire(exampleAlerts.CaseSettled).data;

  it.each([
    ['an unknown property', { ...event, timeOccurred: event.eventTime }],
    ['an unknown property of a part', { ...event, source: { ...event.source, region: 'us-east-1' } }],
    ['a part without its id', { ...event, source: { name: 'x' } }],
    ['a time that is none', { ...event, eventTime: 'yesterday' }],
    ['a number for a string', { ...event, priority: 1 }],
  ])('notices %s', (_, wrong) => {
    expect(tmf688Mistakes(wrong)).toHaveLength(1);
  });
});
