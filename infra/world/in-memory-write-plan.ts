/**
 * The write plan of the in-memory world: the settings that a host process would read, and the witness behind the faults.
 */
import type { ControlStore } from '../../domain/ports/control-store.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import type { WritePlanSettings } from '../../domain/write-plan/write-plan-settings.ts';
import { createInMemoryControlStore } from '../in-memory/in-memory-control-store.ts';
import { readSettings } from '../settings/settings.ts';
import { choosePorts } from './choose-ports.ts';
import type { EngineOptions } from './engine.ts';
import { cross } from './faults.ts';
import { writePlanEnvironment } from './write-plan-environment.ts';

export type Witness = Pick<ControlStore, 'get' | 'put'>;

export interface RegionWritePlan {
  readonly settings: WritePlanSettings | undefined;
  readonly witness: Witness | undefined;
}

export interface OpenedWritePlan {
  /** With the ports that they are to take. */
  readonly regions: EngineOptions['regions'];
  readonly of: (region: string) => RegionWritePlan;
}

/** Throws a PortInUseError. */
export const openWritePlan = async (options: WritePlanOptions): Promise<OpenedWritePlan> => {
  const { writePlan } = options;
  const ports = await choosePorts(options.regions.map(({ apiPort }) => apiPort));
  const regions = options.regions.map(({ name }, i) => ({ name, apiPort: ports[i] ?? 0 }));
  if (!writePlan) return { regions, of: () => ({ settings: undefined, witness: undefined }) };
  const environment = writePlanEnvironment(writePlan, { regions, witnessEndpoint: undefined });
  const store = createInMemoryControlStore();
  const peersOf = (region: string) => regions.map(({ name }) => name).filter((name) => name !== region);
  return {
    regions,
    of: (region) => ({
      settings: readSettings({ ...environment, AWS_REGION: region, PEERS: peersOf(region).join(',') }).writePlan,
      witness: writePlan.witness === undefined ? undefined : reach(store, region, writePlan.witness, options),
    }),
  };
};

type WritePlanOptions = Pick<EngineOptions, 'regions' | 'writePlan' | 'faults' | 'sleep'>;

/** What is sent and not answered may have been done. */
const reach = (
  store: ControlStore,
  region: string,
  witness: string,
  ways: Pick<WritePlanOptions, 'faults' | 'sleep'>,
): Witness => {
  const thereAndBack = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    if (!(await cross(ways, region, witness))) throw unanswered(witness);
    const answer = await ask();
    if (!(await cross(ways, witness, region))) throw unanswered(witness);
    return answer;
  };
  return {
    get: (kind, name) => thereAndBack(() => store.get(kind, name)),
    put: (kind, name, value, revision) => thereAndBack(() => store.put(kind, name, value, revision)),
  };
};

const unanswered = (witness: string): LedgerFault => new LedgerFault('unavailable', `${witness} does not answer`);
