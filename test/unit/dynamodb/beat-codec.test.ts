import { describe, expect, it } from 'vitest';
import { beatToItem, readBeatBody } from '../../../infra/dynamodb/beat-codec.ts';
import { exampleBeat } from '../../support/contracts/heartbeat-store-contract.ts';

const beat = exampleBeat(12);
const bodyWith = (changed: object): string => JSON.stringify({ ...beat, ...changed });
const manyEchoes = Object.fromEntries(
  Array.from({ length: 500 }, (_, i) => [`region-${i}`, { counter: 1, sentAtMs: 1 }]),
);

describe('a heartbeat as an item', () => {
  it('has a key that is part of the storage format and stays what it was', () => {
    expect(beatToItem(beat)).toEqual({
      stream: 'heartbeat/us-east-1',
      position: 'us-east-1/0000000001',
      region: 'us-east-1',
      counter: 12,
      body:
        '{"counter":12,"echoes":{"eu-west-1":{"counter":7,"sentAtMs":1793999999000}},' +
        '"hasSickLink":false,"region":"us-east-1","sentAtMs":1794000012000}',
    });
  });

  it('reads back as it was', () => {
    expect(readBeatBody('us-east-1', beatToItem(beat).body)).toEqual(beat);
  });

  it('lets pass what a later version may add', () => {
    expect(readBeatBody('us-east-1', bodyWith({ version: 2 }))).toEqual(beat);
  });

  it.each([
    ['nothing', undefined],
    ['a number', 12],
    ['text that is no JSON', '{"region":'],
    ['JSON that is no object', 'null'],
    ['another region', bodyWith({ region: 'eu-west-1' })],
    ['no region', bodyWith({ region: undefined })],
    ['a counter of 0', bodyWith({ counter: 0 })],
    ['a negative counter', bodyWith({ counter: -3 })],
    ['a fraction of a beat', bodyWith({ counter: 1.5 })],
    ['a counter past what a number can hold', bodyWith({}).replace('"counter":12', '"counter":9007199254740993')],
    ['a time before all time', bodyWith({ sentAtMs: -1 })],
    ['no word on its links', bodyWith({ hasSickLink: undefined })],
    ['an echo without a time', bodyWith({ echoes: { 'eu-west-1': { counter: 1 } } })],
    ['an echo of no region', bodyWith({ echoes: { 'EU/West': { counter: 1, sentAtMs: 1 } } })],
    ['echoes that are a list', bodyWith({ echoes: [] })],
    ['more echoes than there are regions', bodyWith({ echoes: manyEchoes })],
  ])('is no beat with %s', (_, body) => {
    expect(readBeatBody('us-east-1', body)).toBeUndefined();
  });
});
