/**
 * A region goes by the beats that it receives, and not by whether its own are received: of a link that is cut one way only
 * one end notices.
 */
import type { Beat } from '../../../../domain/write-plan/link-lag.ts';
import type { ControlTable } from '../../model/simulated-control-store.ts';
import type { PlantedPlanBug } from './planted-plan-bug.ts';

export const oneWaySilence: PlantedPlanBug = {
  name: 'breaker opens on receiving no beats only',
  caughtBy: ['one-region-decides'],
  seedsMax: 10,
  options: { regions: 2, hasWitness: false, durationMs: 20 * 60_000 },
  faults: { oneWayPartition: 12, partition: 0, flapping: 0 },
  ports: (ports, { region, clock, control }) => ({
    ...ports,
    heartbeats: {
      ...ports.heartbeats,
      load: async (regions) => {
        const beats = await ports.heartbeats.load(regions);
        const own = beats.find((beat) => beat.region === region);
        return beats.map((beat) => echoAtOnce(beat, own, clock.nowMs(), heardIn(control)));
      },
    },
  }),
};

interface Heard {
  readonly counter: number;
  readonly atMs: number;
  readonly own: number;
}

/** By peer: its newest beat, and when it was seen first; a region has one control table. */
const heardIn = (control: ControlTable): Map<string, Heard> => {
  const heard = heardByRegion.get(control) ?? new Map<string, Heard>();
  heardByRegion.set(control, heard);
  return heard;
};

const heardByRegion = new WeakMap<ControlTable, Map<string, Heard>>();

const echoAtOnce = (beat: Beat, own: Beat | undefined, nowMs: number, heard: Map<string, Heard>): Beat => {
  if (!own || beat.region === own.region) return beat;
  const known = heard.get(beat.region);
  const newest = known?.counter === beat.counter ? known : { counter: beat.counter, atMs: nowMs, own: own.counter };
  heard.set(beat.region, newest);
  return {
    ...beat,
    hasSickLink: false,
    echoes: { ...beat.echoes, [own.region]: { counter: Math.min(newest.own, own.counter), sentAtMs: newest.atMs } },
  };
};
