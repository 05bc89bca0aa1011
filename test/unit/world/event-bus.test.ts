import { describe, expect, it } from 'vitest';
import { type BusRule, type BusTarget, loadBusRules } from '../../../infra/world/bus-rules.ts';
import {
  type BusEvent,
  createEventBus,
  type DeliveryFault,
  type EventBusOptions,
} from '../../../infra/world/event-bus.ts';

const entry = (changes: object = {}) => ({
  Source: 'rejoin',
  DetailType: 'CaseSettled',
  Detail: '{"caseid":"1"}',
  EventBusName: 'rejoin',
  ...changes,
});

const queue = (name: string): BusTarget => ({ kind: 'queue', name });

const settledRule: BusRule = {
  name: 'settled',
  pattern: { 'detail-type': ['CaseSettled'] },
  targets: [queue('cases')],
};

const startBus = (options: Partial<EventBusOptions> = {}) => {
  const delivered: (readonly [string, BusEvent])[] = [];
  const faults: DeliveryFault[] = [];
  const bus = createEventBus({
    region: 'us-east-1',
    rules: [settledRule],
    deliver: async ({ name }, event) => void delivered.push([name, event]),
    onFault: (fault) => faults.push(fault),
    sleep: async () => undefined,
    nowMs: () => Date.UTC(2026, 10, 21),
    ...options,
  });
  return { bus, delivered, faults };
};

/** What is undefined is not sent. */
const asSent = (request: object): unknown => JSON.parse(JSON.stringify(request));

const putOne = async (changes: object) => {
  const { status, body } = await startBus().bus.putEvents(asSent({ Entries: [entry(changes), entry()] }));
  expect(status).toBe(200);
  return body as { FailedEntryCount: number; Entries: readonly { EventId?: string; ErrorCode?: string }[] };
};

describe('the event bus', () => {
  it('hands targets the event as EventBridge wraps it', async () => {
    const { bus, delivered } = startBus();
    const answer = await bus.putEvents({
      Entries: [entry({ Time: 1_763_719_200.25, Resources: ['order/acme/1'], TraceHeader: 'Root=1-2-3' })],
    });
    const [target, event] = delivered[0] ?? [];
    expect(target).toBe('cases');
    expect(event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      'detail-type': 'CaseSettled',
      source: 'rejoin',
      account: '000000000000',
      time: '2025-11-21T10:00:00Z',
      region: 'us-east-1',
      resources: ['order/acme/1'],
      detail: { caseid: '1' },
    });
    expect(answer).toEqual({ status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: event?.id }] } });
  });

  it('tells whoever subscribed, of every event, until they have had enough', async () => {
    const { bus } = startBus();
    const [heard, heardByAnother]: BusEvent[][] = [[], []];
    const unsubscribe = bus.subscribe((event) => heard?.push(event));
    bus.subscribe((event) => heardByAnother?.push(event));

    await bus.putEvents({ Entries: [entry(), entry({ DetailType: 'NobodysRule' })] });
    unsubscribe();
    await bus.putEvents({ Entries: [entry()] });

    expect(heard?.map((event) => event['detail-type'])).toEqual(['CaseSettled', 'NobodysRule']);
    expect(heardByAnother).toEqual(bus.recent());
  });

  it('takes its own clock where an entry says no time', async () => {
    const { bus, delivered } = startBus();
    await bus.putEvents({ Entries: [entry()] });
    expect(delivered[0]?.[1].time).toBe('2026-11-21T00:00:00Z');
  });

  it('delivers to every target of every rule that matches, and to no other', async () => {
    const { bus, delivered } = startBus({
      rules: [
        { ...settledRule, targets: [queue('a'), queue('b')] },
        { name: 'all', pattern: { source: ['rejoin'] }, targets: [queue('c')] },
        { name: 'tampered', pattern: { 'detail-type': ['LedgerTampered'] }, targets: [queue('d')] },
      ],
    });
    await bus.putEvents({ Entries: [entry(), entry({ DetailType: 'LedgerTampered' })] });
    expect(delivered.map(([name]) => name).sort()).toEqual(['a', 'b', 'c', 'c', 'd']);
  });

  it('accepts the name of the bus as an ARN', async () => {
    const answer = await putOne({ EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/rejoin' });
    expect(answer.FailedEntryCount).toBe(0);
  });

  it.each<readonly [string, object, string]>([
    ['without a source', { Source: undefined }, 'InvalidArgument'],
    ['without a type', { DetailType: '' }, 'InvalidArgument'],
    ['without a detail', { Detail: undefined }, 'InvalidArgument'],
    ['whose detail is no JSON', { Detail: '{' }, 'MalformedDetail'],
    ['whose detail is no object', { Detail: '[1]' }, 'MalformedDetail'],
    ['from AWS itself', { Source: 'aws.ec2' }, 'NotAuthorizedForSourceException'],
    ['for a bus that does not exist', { EventBusName: 'rejion' }, 'InvalidArgument'],
    ['for no bus, which is the default one', { EventBusName: undefined }, 'InvalidArgument'],
  ])('fails an entry %s, and takes the others', async (_, changes, code) => {
    const answer = await putOne(changes);
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: code }, { EventId: expect.any(String) }],
    });
  });

  it.each<readonly [string, unknown, string]>([
    ['that is no object', 'x', 'ValidationException'],
    ['without entries', {}, 'ValidationException'],
    ['with no entry', { Entries: [] }, 'ValidationException'],
    ['with 11 entries', { Entries: Array.from({ length: 11 }, () => entry()) }, 'ValidationException'],
    ['whose entries are no list', { Entries: 5 }, 'SerializationException'],
    ['with an entry that is text', { Entries: ['x'] }, 'SerializationException'],
    ['with a time that is text', { Entries: [entry({ Time: 'now' })] }, 'SerializationException'],
    ['with resources that are text', { Entries: [entry({ Resources: 'x' })] }, 'SerializationException'],
    ['with too long a type', { Entries: [entry({ DetailType: 'x'.repeat(129) })] }, 'ValidationException'],
    [
      'of 256 KB',
      { Entries: [entry({ Detail: JSON.stringify({ x: 'é'.repeat(128 * 1024) }) })] },
      'ValidationException',
    ],
    ['without one complete entry', { Entries: [entry({ Source: '' }), entry({ Detail: '' })] }, 'ValidationException'],
  ])('refuses a request %s as a whole', async (_, body, type) => {
    const { bus, delivered } = startBus();
    expect(await bus.putEvents(body)).toEqual({ status: 400, body: { __type: type, message: expect.any(String) } });
    expect(delivered).toEqual([]);
  });

  it('tries a delivery that fails again', async () => {
    let tries = 0;
    const { bus, faults } = startBus({
      deliver: async () => {
        tries += 1;
        if (tries < 3) throw new Error('not now');
      },
    });
    await bus.putEvents({ Entries: [entry()] });
    expect({ tries, faults }).toEqual({ tries: 3, faults: [] });
  });

  it('reports a delivery that goes on failing, and delivers to the others', async () => {
    const reached: string[] = [];
    const { bus, faults } = startBus({
      rules: [{ ...settledRule, targets: [queue('broken'), queue('sound')] }],
      deliver: async ({ name }) => {
        if (name === 'broken') throw new Error('gone');
        reached.push(name);
      },
    });
    const { body } = await bus.putEvents({ Entries: [entry()] });
    expect(body).toMatchObject({ FailedEntryCount: 0 });
    expect(reached).toEqual(['sound']);
    expect(faults).toMatchObject([{ rule: 'settled', target: queue('broken'), cause: new Error('gone') }]);
  });

  it('keeps the last 1,000 events to look at, matched or not', async () => {
    const { bus } = startBus();
    for (let i = 0; i < 101; i++)
      await bus.putEvents({
        Entries: Array.from({ length: 10 }, (_, j) => entry({ DetailType: 'Other', Detail: `{"n":${i * 10 + j}}` })),
      });
    const kept = bus.recent().map((event) => event.detail['n']);
    expect(kept).toHaveLength(1_000);
    expect([kept[0], kept.at(-1)]).toEqual([10, 1_009]);
  });

  it('refuses a rule whose pattern is none, by its name', () => {
    const rules = [{ ...settledRule, pattern: { source: [{ prefixx: 'rejoin' }] } }];
    expect(() => startBus({ rules })).toThrow(/^Rule settled: .* at source: unknown operator prefixx/);
  });
});

describe('the rules of the template', () => {
  it('send every alert about a case to one queue, and tampering to the operators', async () => {
    const { bus, delivered } = startBus({ rules: loadBusRules() });
    const types = [
      'IllegalTransition',
      'ConflictNeedsReview',
      'CaseWithdrawn',
      'CaseSettled',
      'ReviewStarted',
      'ReviewAsked',
      'ReviewEscalated',
      'ReviewEnded',
      'LedgerTampered',
    ];
    await bus.putEvents({ Entries: types.map((DetailType) => entry({ DetailType })) });
    expect(delivered.map(([name, event]) => [event['detail-type'], name])).toEqual([
      ['IllegalTransition', 'case-alerts'],
      ['ConflictNeedsReview', 'case-alerts'],
      ['CaseWithdrawn', 'case-alerts'],
      ['CaseSettled', 'case-alerts'],
      ['ReviewEscalated', 'operator-alerts'],
      ['LedgerTampered', 'operator-alerts'],
    ]);
  });

  it('leave what others put on the bus alone', async () => {
    const { bus, delivered } = startBus({ rules: loadBusRules() });
    await bus.putEvents({ Entries: [entry({ Source: 'shop' })] });
    expect(delivered).toEqual([]);
  });

  const template = (properties: string) => `
Resources:
  Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: q } }
  Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: t } }
  Rule:
    Type: AWS::Events::Rule
    Properties: { Name: r, EventBusName: { Ref: AlertBus }, EventPattern: { source: [x] }, ${properties} }
`;

  it('are read with the queue that each target is', () => {
    const rules = loadBusRules(template("Targets: [{ Id: a, Arn: { 'Fn::GetAtt': [Queue, Arn] } }]"));
    expect(rules).toEqual([{ name: 'r', pattern: { source: ['x'] }, targets: [queue('q')] }]);
  });

  it('are left out where they are disabled', () => {
    expect(loadBusRules(template('State: DISABLED, Targets: []'))).toEqual([]);
  });

  it.each([
    ['a target that is no queue', "Targets: [{ Id: a, Arn: { 'Fn::GetAtt': [Topic, Arn] } }]"],
    ['a target outside the template', 'Targets: [{ Id: a, Arn: arn:aws:sqs:us-east-1:1:q }]'],
    ['a changed input', "Targets: [{ Id: a, Arn: { 'Fn::GetAtt': [Queue, Arn] }, InputPath: $.detail }]"],
    ['a schedule', 'ScheduleExpression: rate(1 minute), Targets: []'],
  ])('stop the world at %s, which it could not do alike', (_, properties) => {
    expect(() => loadBusRules(template(properties))).toThrow();
  });
});
