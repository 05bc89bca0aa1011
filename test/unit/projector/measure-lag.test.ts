import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { type LagReadings, measureLag, replicationLagMs } from '../../../projections/projector/measure-lag.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { paid, placed } from '../../support/builders/retail-drafts.ts';
import { changeOf, imageOf, ringOnce } from '../../support/stream-event.ts';

describe('measure lag', () => {
  it('tells how long entries of other regions took to come here, by order', () => {
    const { records, lastRecordedAtMs } = arrivals();
    const other = createLedger({ stream: 'order/acme/2', startMs: lastRecordedAtMs });
    const entry = other.at('us-east-1').append(placed());
    const all = [...records, changeOf({ after: imageOf(entry), createdAtMs: recordedAtMs(entry) })];

    const lag = measureLag(all, { region: 'eu-west-1', nowMs: lastRecordedAtMs + 1500 });

    expect(lagsOf(lag)).toEqual([
      ['order/acme/1001', 'us-east-1', 2500],
      ['order/acme/1001', 'us-east-1', 1500],
      ['order/acme/2', 'us-east-1', 500],
    ]);
  });

  it('has no reading for what this region accepted, for changes, and for what is no order entry', () => {
    const entry = createLedger().at('us-east-1').append(placed());
    const [createdAtMs, image] = [recordedAtMs(entry), imageOf(entry)];
    const records = [
      changeOf({ after: image, createdAtMs }),
      changeOf({ before: image, after: { ...image, region: { S: 'eu-west-1' } }, createdAtMs }),
      changeOf({ after: { ...image, region: { S: 'No Region At All' } }, createdAtMs }),
      changeOf({ after: { ...image, position: { S: 'here' } }, createdAtMs }),
      changeOf({ after: { ...image, stream: { S: 'plan' }, region: { S: 'eu-west-1' } }, createdAtMs }),
      ringOnce('heartbeat/eu-west-1', 'now', 1),
    ];

    expect(lagsOf(measureLag(records, { region: 'us-east-1', nowMs: createdAtMs + 9 }))).toEqual([]);
  });

  it('never says less than 0 where the other clock is ahead', () => {
    const entry = createLedger().at('us-east-1').append(placed());
    const records = [changeOf({ after: imageOf(entry), createdAtMs: recordedAtMs(entry) - 5000 })];

    const lag = measureLag(records, { region: 'eu-west-1', nowMs: recordedAtMs(entry) - 4000 });

    expect(lagsOf(lag)).toEqual([['order/acme/1001', 'us-east-1', 0]]);
  });

  it('does not take the age of an old record for its lag when the stream is read again', () => {
    const entry = createLedger().at('us-east-1').append(placed());
    const createdAtMs = recordedAtMs(entry) + 2000;
    const records = [changeOf({ after: imageOf(entry), createdAtMs })];
    const nowMs = createdAtMs + 12 * 60 * 60 * 1000;

    const lag = measureLag(records, { region: 'eu-west-1', nowMs });

    expect(lagsOf(lag)).toEqual([['order/acme/1001', 'us-east-1', 62_000]]);
    expect(lag.oldestRecordMs).toBe(nowMs - createdAtMs);
  });

  it('reads the date that the SDK gives as well as the seconds that Lambda gives', () => {
    const entry = createLedger().at('us-east-1').append(placed());
    const record = changeOf({ after: imageOf(entry) });
    const dated = { ...record.dynamodb, ApproximateCreationDateTime: new Date(recordedAtMs(entry)) };

    const lag = measureLag([{ ...record, dynamodb: dated as unknown as NonNullable<DynamoDBRecord['dynamodb']> }], {
      region: 'eu-west-1',
      nowMs: recordedAtMs(entry) + 70,
    });

    expect(lagsOf(lag)).toEqual([['order/acme/1001', 'us-east-1', 70]]);
    expect(lag.oldestRecordMs).toBe(70);
  });

  it.each(['no JSON', 'null', '[]', '{}', '{"recordedAt":"soon"}', '{"recordedAt":-1}', '{"recordedAt":1e300}'])(
    'has no reading for a body like %s',
    (body) => {
      const entry = createLedger().at('us-east-1').append(placed());
      const createdAtMs = recordedAtMs(entry);
      const records = [changeOf({ after: imageOf(entry, { body: { S: body } }), createdAtMs })];

      expect(lagsOf(measureLag(records, { region: 'eu-west-1', nowMs: createdAtMs }))).toEqual([]);
    },
  );

  it('has no reading at all where nobody says when the records were made', () => {
    const entry = createLedger().at('us-east-1').append(placed());

    expect(measureLag([changeOf({ after: imageOf(entry) })], { region: 'eu-west-1', nowMs: 1 })).toEqual({
      arrivals: new Map(),
      oldestRecordMs: undefined,
    });
  });
});

const lagsOf = ({ arrivals }: LagReadings) =>
  [...arrivals].flatMap(([stream, of]) => of.map((arrival) => [stream, arrival.from, replicationLagMs(arrival)]));

const recordedAtMs = ({ recordedAt = 0 }: Entry): number => recordedAt;

/** Two entries of one second apart. */
const arrivals = () => {
  const order = createLedger();
  const entries = [order.at('us-east-1').append(placed()), order.at('us-east-1').append(paid())] as const;
  return {
    records: entries.map((entry) => changeOf({ after: imageOf(entry), createdAtMs: recordedAtMs(entry) })),
    lastRecordedAtMs: recordedAtMs(entries[1]),
  };
};
