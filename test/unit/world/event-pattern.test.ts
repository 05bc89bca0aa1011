import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../infra/world/event-json.ts';
import { EventPatternError, parseEventPattern } from '../../../infra/world/event-pattern.ts';

/** The event of the user guide's and Event Ruler's examples. */
const ec2: JsonObject = {
  version: '0',
  id: 'ddddd4-aaaa-7777-4444-345dd43cc333',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '012345679012',
  time: '2017-10-02T16:24:49Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000'],
  detail: {
    'c-count': 5,
    'd-count': 3,
    'x-limit': 301.8,
    'source-ip': '10.0.0.33',
    'instance-id': 'i-000000aaaaaa00000',
    state: 'running',
    eventVersion: '',
    responseElements: null,
    dryRun: false,
    path: '/usr/lib/app/bin/run.jar',
  },
};

const detail = (name: string, ...values: readonly unknown[]) => ({ detail: { [name]: values } });

describe('an event pattern of the documentation', () => {
  it.each<readonly [string, unknown]>([
    ['exact values', { source: ['aws.ec2'], detail: { state: ['running'] } }],
    ['any of several values', detail('state', 'initializing', 'running')],
    [
      'an array that shares a value',
      { resources: ['x', 'arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000'] },
    ],
    ['an empty string', detail('eventVersion', '')],
    ['null', detail('responseElements', null)],
    ['false', detail('dryRun', false)],
    ['a number', detail('c-count', 5)],
    ['prefix', { time: [{ prefix: '2017-10-02' }] }],
    ['prefix, ignoring case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.E' } }] }],
    ['suffix', { source: [{ suffix: 'ec2' }] }],
    ['suffix, ignoring case', { source: [{ suffix: { 'equals-ignore-case': 'EC2' } }] }],
    ['equals-ignore-case', { 'detail-type': [{ 'equals-ignore-case': 'ec2 instance state-change notification' }] }],
    ['wildcard', detail('path', { wildcard: '/usr/*/bin/*.jar' })],
    ['anything-but a string', detail('state', { 'anything-but': 'initializing' })],
    ['anything-but a number', detail('x-limit', { 'anything-but': 123 })],
    ['anything-but several strings', detail('state', { 'anything-but': ['stopped', 'overloaded'] })],
    ['anything-but several numbers', detail('x-limit', { 'anything-but': [100, 200, 300] })],
    ['anything-but a prefix', detail('state', { 'anything-but': { prefix: 'init' } })],
    ['anything-but several prefixes', detail('state', { 'anything-but': { prefix: ['init', 'error'] } })],
    ['anything-but a suffix', detail('instance-id', { 'anything-but': { suffix: '1234' } })],
    ['anything-but several suffixes', detail('instance-id', { 'anything-but': { suffix: ['1234', '6789'] } })],
    [
      'anything-but, ignoring case',
      detail('state', { 'anything-but': { 'equals-ignore-case': ['Stopped', 'OverLoaded'] } }),
    ],
    ['anything-but a wildcard', detail('path', { 'anything-but': { wildcard: ['*/opt/*.jar', '*/bin/*.class'] } })],
    [
      'numeric',
      {
        detail: {
          'c-count': [{ numeric: ['>', 0, '<=', 5] }],
          'd-count': [{ numeric: ['<', 10] }],
          'x-limit': [{ numeric: ['=', 3.018e2] }],
        },
      },
    ],
    ['cidr', detail('source-ip', { cidr: '10.0.0.0/24' })],
    ['exists', detail('state', { exists: true })],
    ['exists, of what is null', detail('responseElements', { exists: true })],
    ['exists: false', detail('stopped', { exists: false })],
    ['$or at the top', { $or: [{ source: ['aws.s3'] }, { region: ['us-east-1'] }] }],
    [
      '$or among fields',
      { detail: { $or: [{ 'c-count': [{ numeric: ['>', 9] }] }, { 'd-count': [{ numeric: ['<', 10] }] }] } },
    ],
    [
      '$or inside $or',
      {
        source: ['aws.ec2'],
        $or: [
          { region: ['x'] },
          { account: ['012345679012'], $or: [{ id: ['y'] }, { detail: { state: ['running'] } }] },
        ],
      },
    ],
    [
      'several operators',
      {
        time: [{ prefix: '2017-10-02' }],
        detail: {
          state: [{ 'anything-but': 'initializing' }],
          'c-count': [{ numeric: ['>', 0, '<=', 5] }],
          'source-ip': [{ cidr: '10.0.0.0/8' }],
        },
      },
    ],
  ])('matches by %s', (_, pattern) => {
    expect(parseEventPattern(pattern)(ec2)).toBe(true);
  });

  it.each<readonly [string, unknown]>([
    ['another value', { source: ['aws.s3'] }],
    ['one field of two', { source: ['aws.ec2'], region: ['eu-west-1'] }],
    ['a field that is not there', detail('stopped', 'running')],
    ['another letter case', detail('state', 'Running')],
    ['null for an empty string', detail('eventVersion', null)],
    ['an empty string for null', detail('responseElements', '')],
    ['text for a number', detail('c-count', '5')],
    ['text for false', detail('dryRun', 'false')],
    ['a prefix further on', { time: [{ prefix: '10-02' }] }],
    ['a suffix further up', { source: [{ suffix: 'aws' }] }],
    ['a point that means any letter', { source: [{ prefix: 'awss' }] }],
    ['a wildcard that reaches too little', detail('path', { wildcard: '/usr/*.class' })],
    ['a prefix of a number', detail('c-count', { prefix: '5' })],
    ['a number for text', detail('state', { numeric: ['>', 0] })],
    ['anything-but of what is there', detail('state', { 'anything-but': ['stopped', 'running'] })],
    [
      'anything-but of what is there, ignoring case',
      detail('state', { 'anything-but': { 'equals-ignore-case': 'RUNNING' } }),
    ],
    ['anything-but of a field that is not there', detail('stopped', { 'anything-but': 'x' })],
    ['an address elsewhere', detail('source-ip', { cidr: '10.0.1.0/24' })],
    ['an upper bound', detail('c-count', { numeric: ['>=', 1, '<', 5] })],
    ['exists, of an object', { detail: [{ exists: true }] }],
    ['exists: false of what is there', detail('state', { exists: false })],
    ['no branch of $or', { $or: [{ source: ['aws.s3'] }, { region: ['eu-west-1'] }] }],
  ])('does not match by %s', (_, pattern) => {
    expect(parseEventPattern(pattern)(ec2)).toBe(false);
  });
});

describe('an event pattern on arrays', () => {
  const employees = {
    employees: [
      [
        { firstName: 'John', lastName: 'Doe' },
        { firstName: 'Anna', lastName: 'Smith' },
      ],
      [{ firstName: 'Peter', lastName: 'Jones', tags: ['a', 'b'] }],
    ],
    none: [],
  };

  it('looks into arrays of arrays', () => {
    expect(parseEventPattern({ employees: { firstName: ['Peter'], tags: ['b'] } })(employees)).toBe(true);
  });

  it('takes what it looks for from one element', () => {
    const pattern = parseEventPattern({ employees: { firstName: ['Anna'], lastName: ['Jones'] } });
    expect(pattern(employees)).toBe(false);
  });

  it('asks whether a field is missing from the element that it looks at', () => {
    expect(parseEventPattern({ employees: { firstName: ['Peter'], tags: [{ exists: false }] } })(employees)).toBe(
      false,
    );
    expect(parseEventPattern({ employees: { firstName: ['Anna'], tags: [{ exists: false }] } })(employees)).toBe(true);
  });

  it('takes anything-but by any element', () => {
    const pattern = parseEventPattern({ tags: [{ 'anything-but': 'a' }] });
    expect(pattern({ tags: ['a', 'b'] })).toBe(true);
    expect(pattern({ tags: ['a'] })).toBe(false);
  });

  it('finds nothing in an empty array', () => {
    expect(parseEventPattern({ none: [{ exists: false }] })(employees)).toBe(true);
  });
});

describe('values of an event pattern', () => {
  const matches = (pattern: unknown, value: JsonObject[string]) => parseEventPattern({ a: [pattern] })({ a: value });

  it('take anything-but for values of every type', () => {
    for (const value of [null, true, 5, 'b']) expect(matches({ 'anything-but': 'a' }, value)).toBe(true);
    expect(matches({ 'anything-but': { prefix: 'x' } }, 5)).toBe(true);
  });

  it('take special characters in text for themselves', () => {
    expect(matches({ wildcard: 'a.c*' }, 'abc')).toBe(false);
    expect(matches({ wildcard: 'a\\*c' }, 'a*c')).toBe(true);
    expect(matches({ wildcard: 'a\\*c' }, 'abc')).toBe(false);
    expect(matches({ wildcard: 'a\\\\*' }, 'a\\bc')).toBe(true);
    expect(matches({ wildcard: 'a*c' }, 'a\n\u2028c')).toBe(true);
    expect(matches({ 'equals-ignore-case': 'straße' }, 'STRASSE')).toBe(true);
  });

  it('compare addresses of both families, however they are written', () => {
    expect(matches({ cidr: '2001:db8::/32' }, '2001:0DB8:0:0::1')).toBe(true);
    expect(matches({ cidr: '2001:db8::/32' }, '2001:db9::1')).toBe(false);
    expect(matches('2001:db8::1', '2001:0db8:0::0:1')).toBe(true);
    expect(matches({ cidr: '10.0.0.0/8' }, 'elsewhere')).toBe(false);
  });

  it('match dotted names like nested ones', () => {
    expect(parseEventPattern({ 'a.b': ['x'] })({ a: { b: 'x' } })).toBe(true);
    expect(parseEventPattern({ a: { b: ['x'] } })({ 'a.b': 'x' })).toBe(true);
  });

  it('take a name that every object inherits for a field like any other', () => {
    expect(parseEventPattern({ toString: [{ exists: false }] })({ a: 'x' })).toBe(true);
    expect(parseEventPattern({ constructor: ['x'] })(JSON.parse('{"constructor":"x"}'))).toBe(true);
  });
});

describe('a malformed event pattern', () => {
  const branches = (count: number) => Array.from({ length: count }, (_, i) => ({ [`b${i}`]: [1] }));

  it.each<readonly [string, unknown, RegExp]>([
    ['is no object', ['a'], /must be an object/],
    ['is empty', {}, /empty object/],
    ['has an empty object', { detail: {} }, /at detail: an empty object/],
    ['has an empty array', { source: [] }, /at source: an empty array/],
    ['has a bare value', { source: 'rejoin' }, /at source: must be an object or an array/],
    ['has an array inside an array', { source: [['rejoin']] }, /array inside an array/],
    ['has an unknown operator', detail('a', { regex: 'x' }), /at detail\.a: unknown operator regex/],
    ['has an operator that every object inherits', detail('a', { toString: 'x' }), /unknown operator toString/],
    ['has an operator that is not documented', detail('a', { exactly: 'x' }), /unknown operator exactly/],
    ['has two operators in one comparison', detail('a', { prefix: 'a', suffix: 'b' }), /exactly one operator/],
    ['has none in a comparison', detail('a', {}), /exactly one operator/],
    ['has a prefix that is no text', detail('a', { prefix: 5 }), /prefix must be a string/],
    ['has a suffix of something unknown', detail('a', { suffix: { prefix: 'x' } }), /suffix takes/],
    ['has an exists of text', detail('a', { exists: 'true' }), /exists must be/],
    ['has two stars in a row', detail('a', { wildcard: 'a**b' }), /two \* in a row/],
    ['escapes what needs none', detail('a', { wildcard: 'a\\b' }), /backslash/],
    ['ends in a backslash', detail('a', { wildcard: 'a\\' }), /backslash/],
    ['has numeric without a comparison', detail('a', { numeric: [5] }), /numeric must be/],
    ['has numeric with text', detail('a', { numeric: ['=', '5'] }), /numeric must be/],
    ['has a numeric range upside down', detail('a', { numeric: ['<', 5, '>', 0] }), /numeric range/],
    ['has an empty numeric range', detail('a', { numeric: ['>', 5, '<', 5] }), /numeric range/],
    ['has an address without a mask', detail('a', { cidr: '10.0.0.0' }), /cidr/],
    ['has a mask over everything', detail('a', { cidr: '10.0.0.0/32' }), /cidr/],
    ['has a mask over no address', detail('a', { cidr: 'here/8' }), /cidr/],
    ['has anything-but of null', detail('a', { 'anything-but': null }), /anything-but takes/],
    ['has anything-but of mixed types', detail('a', { 'anything-but': ['a', 1] }), /anything-but takes/],
    ['has anything-but of nothing', detail('a', { 'anything-but': [] }), /anything-but takes/],
    ['has anything-but of an address', detail('a', { 'anything-but': { cidr: '10.0.0.0/8' } }), /takes no cidr/],
    ['has anything-but of an empty prefix', detail('a', { 'anything-but': { prefix: '' } }), /excludes everything/],
    ['has anything-but of no prefix', detail('a', { 'anything-but': { prefix: [] } }), /empty array/],
    ['has anything-but of a bad wildcard', detail('a', { 'anything-but': { wildcard: 'a**' } }), /two \* in a row/],
    ['has $or of one', { $or: [{ a: [1] }] }, /two objects or more/],
    ['has $or of values', { $or: [1, 2] }, /two objects or more/],
    ['has $or that is a field', { $or: { a: [1] } }, /two objects or more/],
    [
      'has an operator for a field of $or',
      { $or: [{ prefix: ['a'] }, { b: [1] }] },
      /at prefix: the name of an operator/,
    ],
    ['gives a field twice', { 'a.b': [1], a: { b: [2] } }, /at a\.b: is given twice/],
    ['gives a field beside and inside $or', { a: [1], $or: [{ a: [2] }, { b: [1] }] }, /at a: is given twice/],
    ['has more than 1,000 combinations', { x: { $or: branches(40) }, y: { $or: branches(26) } }, /more than 1000/],
  ])('that %s is refused with the place', (_, pattern, message) => {
    expect(() => parseEventPattern(pattern)).toThrow(EventPatternError);
    expect(() => parseEventPattern(pattern)).toThrow(message);
  });
});
