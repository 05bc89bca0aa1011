/**
 * The write gate of a deployment as its settings describe it, for composition roots.
 */
import type { Clock, Sleep } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { noWritePlan, type WriteGateReader } from '../../domain/ports/write-gate-reader.ts';
import { configuredPlan, type WritePlan } from '../../domain/write-plan/write-plan.ts';
import type { WritePlanSettings } from '../../domain/write-plan/write-plan-settings.ts';
import { createRegionDocument } from './region-document.ts';
import { createWriteGateReader } from './write-gate-reader.ts';

export interface WriteGateOptions {
  /** Undefined where every region may always write. */
  readonly settings: Pick<WritePlanSettings, 'primary' | 'isStrict' | 'apiUrls' | 'witness'> | undefined;
  readonly region: string;
  readonly peers: readonly string[];
  readonly controlStore: Pick<ControlStore, 'get' | 'put'>;
  readonly clock: Clock;
  /** Counts on whatever the clock does. */
  readonly stopwatch: Clock;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
}

export const openWriteGate = (options: WriteGateOptions): WriteGateReader => {
  const { settings, controlStore, clock, stopwatch, sleep, onFault } = options;
  if (!settings) return noWritePlan;
  const { apiUrls, isStrict, witness } = settings;
  return createWriteGateReader({
    document: createRegionDocument(controlStore),
    configured: planOfSettings(settings, options),
    settings: { apiUrls, isStrict, hasWitness: witness !== undefined },
    clock,
    stopwatch,
    sleep,
    onFault,
  });
};

export const planOfSettings = (
  { primary }: Pick<WritePlanSettings, 'primary'>,
  { region, peers }: Pick<WriteGateOptions, 'region' | 'peers'>,
): WritePlan => configuredPlan(primary, [region, ...peers]);
