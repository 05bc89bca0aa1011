/**
 * A planted bug of the write plan: a wrapper around a port, the gate or the settings that goes wrong in one known way.
 * Production code has no switch for any of them.
 */
import type { Clock } from '../../../../domain/ports/clock.ts';
import type { WriteGateReader } from '../../../../domain/ports/write-gate-reader.ts';
import type { RegionAgentDeps } from '../../../../services/region-agent/region-agent.ts';
import type { ControlTable } from '../../model/simulated-control-store.ts';
import type { WritePlanOptions } from '../options.ts';
import type { PlanPorts, PlanRole } from '../region/plan-ports.ts';

export interface PlantedPlanContext {
  readonly region: string;
  readonly clock: Clock;
}

export interface PlantedPortsContext extends PlantedPlanContext {
  readonly role: PlanRole;
  readonly control: ControlTable;
}

export interface PlantedPlanBug {
  readonly name: string;
  /** Which checkers may say so first. */
  readonly caughtBy: readonly string[];
  /** The number of seeds within which it must be caught. */
  readonly seedsMax: number;
  /** The world in which it shows; a seed draws the rest. */
  readonly options?: Partial<Omit<WritePlanOptions, 'faults'>>;
  readonly faults?: Partial<WritePlanOptions['faults']>;
  readonly ports?: (ports: PlanPorts, context: PlantedPortsContext) => PlanPorts;
  readonly gate?: (reader: WriteGateReader, context: PlantedPlanContext) => WriteGateReader;
  readonly settings?: (settings: RegionAgentDeps['settings'], region: string) => RegionAgentDeps['settings'];
}
