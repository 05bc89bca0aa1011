/**
 * Says in the control store which version of the projector runs in this region, so that a rebuild does not begin a
 * generation that the projector would refuse to feed.
 *
 * Once in the life of a process: at its first batch, or at the first at which it can be said. It is news, and no reason
 * to leave a batch undone.
 */
import type { Clock } from '../../domain/ports/clock.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';

export interface SayVersionDeps {
  readonly controlStore: Pick<ControlStore, 'get' | 'put'>;
  /** From projectionVersion. */
  readonly version: string;
  readonly lifecycleName: string;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

/** The document of kind `deployments` named `projector`. */
export interface Deployment {
  readonly version: string;
  readonly lifecycle: string;
  readonly sinceMs: number;
}

const [kind, name] = ['deployments', 'projector'];

/** Never throws; asks nobody once it has been said. */
export const createVersionSayer = (deps: SayVersionDeps): (() => Promise<void>) => {
  let isSaid = false;
  return async () => {
    if (isSaid) return;
    try {
      isSaid = await sayVersion(deps);
    } catch (error) {
      deps.onFailure(error);
    }
  };
};

/** False if somebody else said something meanwhile. */
const sayVersion = async ({ controlStore, version, lifecycleName, clock }: SayVersionDeps): Promise<boolean> => {
  const standing = await controlStore.get<Deployment>(kind, name);
  if (standing?.value.version === version && standing.value.lifecycle === lifecycleName) return true;
  const said: Deployment = { version, lifecycle: lifecycleName, sinceMs: clock.nowMs() };
  return controlStore.put(kind, name, said, standing?.revision ?? 0);
};
