/**
 * What goes on in the world, as it happens: its state whenever that is another, and every alert of a region's bus.
 *
 * The state is looked at, since backlogs and faults change in many places and nobody needs each change; alerts are told
 * by the bus, since a page that waits for a case waits for exactly that.
 */
import type { ServerResponse } from 'node:http';
import { parseOrderStream } from '../../../domain/ledger/stream-name.ts';
import type { BusEvent } from '../event-bus.ts';
import type { World } from '../world-types.ts';
import { createEventStream } from './event-stream.ts';

export interface WorldEvents {
  /** False when there are as many listeners as there may be. */
  readonly listen: (response: ServerResponse) => boolean;
  readonly stop: () => void;
}

export interface WorldEventsOptions {
  readonly world: Pick<World, 'regions'>;
  /** Plain JSON values. */
  readonly describe: () => object;
}

const lookEveryMs = 500;

export const startWorldEvents = ({ world, describe }: WorldEventsOptions): WorldEvents => {
  const stream = createEventStream();
  let said = '';
  const look = (): object => {
    const state = describe();
    const text = JSON.stringify(state);
    if (text !== said && stream.isHeard()) stream.send({ name: 'world', data: state });
    said = text;
    return state;
  };
  const looks = setInterval(() => stream.isHeard() && look(), lookEveryMs);
  const unsubscribes = world.regions.map(({ name, onAlert }) =>
    onAlert((event) => stream.send({ name: 'alert', data: toAlert(name, event) })),
  );
  return {
    listen: (response) => {
      const state = look();
      if (!stream.open(response)) return false;
      stream.send({ name: 'world', data: state }, response);
      return true;
    },
    stop: () => {
      clearInterval(looks);
      for (const unsubscribe of unsubscribes) unsubscribe();
      stream.stop();
    },
  };
};

/** Anybody in the region may publish, so what is no alert of ours is told as far as it is one. */
const toAlert = (region: string, { id, 'detail-type': type, time, detail }: BusEvent) => {
  const subject = toText(detail['subject']);
  return {
    region,
    id: toText(detail['id']) ?? id,
    type,
    subject,
    ...(subject !== undefined && parseOrderStream(subject)),
    caseId: toText(detail['caseid']),
    time: toText(detail['time']) ?? time,
  };
};

const toText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= textLengthMax ? value : undefined;

const textLengthMax = 1_024;
