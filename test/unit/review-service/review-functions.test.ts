import { Logger } from '@aws-lambda-powertools/logger';
import { describe, expect, it } from 'vitest';
import { LedgerFault } from '../../../domain/ports/event-store.ts';
import { readAlert, readRequest } from '../../../services/review/read-messages.ts';
import { exampleAlerts } from '../../support/builders/example-alerts.ts';
import { alertMessage, sqsRecord, stream } from '../../support/review-region.ts';
import { createContested, request } from './stories.ts';

describe('the function that opens cases', () => {
  it('looks once at a case that comes several times in a batch', async () => {
    const loads: string[] = [];
    const { here, caseId } = await createContested({
      changes: ({ eventStore }) => ({
        eventStore: {
          load: (of) => {
            loads.push(of);
            return eventStore.load(of);
          },
        },
      }),
    });
    const alerts = here.newAlerts();

    const response = await here.openCases([...alerts, ...alerts, ...alerts]);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(loads).toEqual([stream]);
    expect(await here.life(caseId)).toMatchObject({ state: 'waiting' });
  });

  it('gives back the messages of a case that could not be looked at, and no other', async () => {
    const broken = 'order/acme/broken';
    const { here, caseId } = await createContested({
      changes: ({ eventStore }) => ({
        eventStore: {
          load: async (of) => {
            if (of === broken) throw new LedgerFault('unavailable', 'not now');
            return eventStore.load(of);
          },
        },
      }),
    });
    const lost = alertMessage({ ...exampleAlerts.ConflictNeedsReview, stream: broken });

    const response = await here.openCases([sqsRecord('a', lost), ...here.newAlerts(), sqsRecord('b', lost)]);

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['a', 'b']);
    expect(await here.life(caseId)).toMatchObject({ state: 'waiting' });
  });

  it('gives back what cannot be read, and says where it is wrong without a word of what it says', async () => {
    const written: string[] = [];
    const logger = new Logger({ logLevel: 'SILENT' });
    logger.error = (message, ...extra) => {
      written.push(`${String(message)} ${extra.map((it) => (it instanceof Error ? it.message : said(it))).join(' ')}`);
    };
    const { here } = await createContested({ changes: () => ({ logger }) });

    const response = await here.openCases([sqsRecord('a', '{"secret":"x"'), sqsRecord('b', '{"source":"secret"}')]);

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['a', 'b']);
    expect(written).toHaveLength(2);
    expect(written.join()).toMatch(/source .*detail/);
    expect(written.join()).not.toContain('secret');
  });

  it('reads every alert that the rule lets through', () => {
    const { LedgerTampered: _, ...alerts } = exampleAlerts;
    const cases = Object.values(alerts).filter((alert) => 'cut' in alert);

    expect(cases).toHaveLength(4);
    for (const alert of cases)
      expect(readAlert(alertMessage(alert))).toEqual({ stream: alert.stream, caseId: alert.caseId });
  });

  const message = JSON.parse(alertMessage(exampleAlerts.CaseSettled));

  it.each([
    ['no JSON', 'order/acme/1001'],
    ['nothing', ''],
    ['null', 'null'],
    ['an event of somebody else', JSON.stringify({ ...message, source: 'aws.s3' })],
    ['another alert', JSON.stringify({ ...message, 'detail-type': 'LedgerTampered' })],
    ['a step of the review itself', JSON.stringify({ ...message, 'detail-type': 'ReviewStarted' })],
    ['an alert without its case', JSON.stringify({ ...message, detail: { subject: stream } })],
    ['no order', JSON.stringify({ ...message, detail: { ...message.detail, subject: 'plan' } })],
    ['no ULID', JSON.stringify({ ...message, detail: { ...message.detail, caseid: '../../x' } })],
  ])('refuses %s', (_, body) => {
    expect(() => readAlert(body)).toThrow(/^an alert cannot be read: /);
  });
});

describe('the function that holds cases', () => {
  it('gives back the request that failed and keeps the others', async () => {
    const { here, caseId } = await createContested();
    await here.openCases(here.newAlerts());
    const token = here.workflows.ask(`${caseId}-1`);
    const bad = sqsRecord('bad', '{}');

    const response = await here.holdCases([bad, request({ caseId, token })]);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
    expect(await here.life(caseId)).toMatchObject({ state: 'with-a-person' });
  });

  it('gives back a request where the workflows cannot be reached', async () => {
    const { here, caseId } = await createContested({
      changes: ({ workflows }) => ({
        workflows: {
          ...workflows,
          beat: async () => {
            throw new LedgerFault('throttled', 'too much at once');
          },
        },
      }),
    });

    const response = await here.holdCases([request({ caseId, token: 'token' })]);

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'token' }] });
  });

  const given = { stream, caseId: '01KAJ2Q1C2N8G4S6Y0H3D5E7RP', workflow: 1, escalations: 0, taskToken: 'token' };

  it('reads the message that the state machine sends', () => {
    const { escalations: _, ...read } = given;
    expect(readRequest(JSON.stringify(given))).toEqual(read);
  });

  it.each([
    ['no token', { ...given, taskToken: '' }],
    ['a token without an end', { ...given, taskToken: 'x'.repeat(2_049) }],
    ['no number', { ...given, workflow: '1' }],
    ['no order', { ...given, stream: 'order/acme' }],
  ])('refuses %s', (_, it) => {
    expect(() => readRequest(JSON.stringify(it))).toThrow(/^a request cannot be read: /);
  });
});

const said = (it: unknown): string => {
  const { error, ...rest } = it as { readonly error?: Error };
  return `${JSON.stringify(rest)} ${error?.message ?? ''}`;
};
