/** What the commands about cases are given, of a region's ports. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../../../infra/node/sha256.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { createCaseLives } from '../../review/case-lives.ts';
import { openWriteGate } from '../../write-plan/open-write-gate.ts';
import type { CasesDeps } from '../commands/cases.ts';
import type { DecideDeps } from '../commands/decide-case.ts';
import { openForReading } from '../commands/open-for-reading.ts';
import { deployedLifecycle } from '../projection-code.ts';
import type { RegionPorts } from '../region-ports.ts';
import { io } from './on-region.ts';

const shared = {
  ...io,
  lifecycle: deployedLifecycle,
  clock: { nowMs: Date.now },
  nowMs: Date.now,
  random: Math.random,
  sleep: (ms: number) => sleep(ms),
};

const caseDeps = ({ region, settings, eventStore, controlStore, generations, openViews }: RegionPorts) => ({
  ...shared,
  region,
  consistency: settings.consistency,
  eventStore,
  views: createLiveViews({ generations, openViews, clock: shared.clock }),
  lives: createCaseLives(controlStore),
});

export const readingDeps = (ports: RegionPorts): CasesDeps => ({
  ...caseDeps(ports),
  personalData: openForReading(ports.openPersonalData(), io.errors),
});

/** What is decided is digested, so that a repetition is known for one: nobody decides without the keys. */
export const decidingDeps = (ports: RegionPorts): DecideDeps | undefined => {
  const { region, settings, controlStore } = ports;
  const say = (line: string) => io.errors.write(`rejoin cases resolve: ${line}\n`);
  const personalData = ports.openPersonalData();
  if (!personalData) {
    say('set PERSONAL_DATA_KMS_KEY and PERSONAL_DATA_PAYLOAD_SECRET as the order API of the region has them');
    return undefined;
  }
  const writeGate = openWriteGate({
    settings: settings.writePlan,
    region,
    peers: settings.peers.map((peer) => peer.region),
    controlStore,
    clock: shared.clock,
    stopwatch: { nowMs: () => performance.now() },
    sleep: shared.sleep,
    onFault: (fault) => say(`the write plan cannot be read: ${String(fault)}`),
  });
  return { ...caseDeps(ports), personalData, writeGate, sha256, metrics: { count: () => undefined } };
};
