/**
 * Which generation a rebuild works on, and whether it may: one is built at a time, by the code that is deployed.
 *
 * The projector feeds the generation while it is built, and its row at the moment of the switch is the projector's own
 * truth from then on. Were the tool newer than the projector, the projector would find rows that it must not touch and
 * stand still; were it older, its rows would be overtaken one by one, by chance.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { GenerationStore } from '../generations/generation-store.ts';
import { type Generation, liveGeneration, startGeneration } from '../generations/generations.ts';
import type { Deployment } from '../projector/say-version.ts';

export interface OpenGenerationDeps {
  readonly region: string;
  readonly controlStore: Pick<ControlStore, 'get'>;
  readonly generations: GenerationStore;
  readonly version: string;
  readonly lifecycleName: string;
  readonly clock: Clock;
}

export type OpenedGeneration =
  | { readonly kind: 'opened'; readonly name: string; readonly live: string; readonly isResumed: boolean }
  | Refused;

export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

/** Undefined when the deployed projector is of our code, or has not worked yet. */
export const refuseOtherCode = async ({
  region,
  controlStore,
  version,
  lifecycleName,
}: OpenGenerationDeps): Promise<Refused | undefined> => {
  const deployed = (await controlStore.get<Deployment>('deployments', 'projector'))?.value;
  if (!deployed || (deployed.version === version && deployed.lifecycle === lifecycleName)) return undefined;
  const ours = `${lifecycleName} ${version}`;
  const theirs = `the projector of ${region} is ${deployed.lifecycle} ${deployed.version}`;
  if (deployed.version < version)
    return refused(`${theirs}, older than this ${ours}. Deploy this version first; its first batch says so`);
  return refused(`${theirs}, and this is ${ours}. Rebuild with the version that is deployed`);
};

/** Throws LedgerFault. */
export const openGeneration = async (deps: OpenGenerationDeps): Promise<OpenedGeneration> => {
  const { generations, version, lifecycleName, clock } = deps;
  let isResumed = true;
  const started = await generations.change((before) => {
    isResumed = before.generations.some(({ state }) => state === 'building');
    return startGeneration(before, { version, lifecycle: lifecycleName, atMs: clock.nowMs() });
  });
  const after = started.kind === 'changed' ? started.generations : await generations.read();
  const building = after.generations.find(({ state }) => state === 'building');
  if (!building) return refused('the generation that was being built ended just now. Rebuild again');
  if (building.version !== version || building.lifecycle !== lifecycleName) return refused(otherCode(deps, building));
  return { kind: 'opened', name: building.name, live: liveGeneration(after).name, isResumed };
};

const otherCode = ({ version, lifecycleName }: OpenGenerationDeps, { name, ...building }: Generation): string =>
  `${name} is being built by ${building.lifecycle} ${building.version}, and this is ${lifecycleName} ${version}. ` +
  'Finish it with that version, or abandon it and rebuild';

const refused = (reason: string): Refused => ({ kind: 'refused', reason });
