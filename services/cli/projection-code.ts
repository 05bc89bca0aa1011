/**
 * What this command would write rows with: the same fold and version as the projector of the same checkout.
 */
import { fold } from '../../domain/fold/fold.ts';
import { retail } from '../../domain/lifecycle/retail.ts';
import { fedGenerations } from '../../projections/generations/generations.ts';
import type { ProjectStreamDeps } from '../../projections/projector/project-stream.ts';
import type { Deployment } from '../../projections/projector/say-version.ts';
import { projectionVersion } from '../../projections/views/order-view.ts';
import type { RegionPorts } from './region-ports.ts';

export const deployedLifecycle = retail;

export const projectionDeps = ({ region, eventStore, openViews, alertBus }: RegionPorts): ProjectStreamDeps => ({
  region,
  eventStore,
  openViews,
  alertBus,
  fold: (entries) => fold(entries, deployedLifecycle),
  version: projectionVersion(deployedLifecycle),
  clock: { nowMs: Date.now },
});

/**
 * Why this code must not write rows here, or undefined. A row of newer code stops the older projector for its order, in
 * the middle of whatever made somebody replay letters; and what newer code writes is not for this one to touch.
 */
export const findVersionGap = async (
  { controlStore, generations }: Pick<RegionPorts, 'controlStore' | 'generations'>,
  version: string,
): Promise<string | undefined> => {
  const [deployed, standing] = await Promise.all([
    controlStore.get<Deployment>('deployments', 'projector'),
    generations.read(),
  ]);
  const newer = fedGenerations(standing).find((generation) => generation.version > version);
  if (newer)
    return `${newer.name} is written by code of version ${newer.version}, this is ${version}: run the newer code`;
  if (deployed === undefined || deployed.value.version >= version) return undefined;
  return (
    `the projector here runs version ${deployed.value.version}, and may not touch rows of ${version}, which this code ` +
    'would write. Deploy this code first, or run the command from what is deployed'
  );
};
