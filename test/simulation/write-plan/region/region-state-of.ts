/** The region's document among the changes of its control table. */
import { writePlanKind } from '../../../../services/write-plan/region-document.ts';
import type { ControlChange } from '../../model/simulated-control-store.ts';

export const isRegionDocument = ({ kind, name }: Pick<ControlChange, 'kind' | 'name'>): boolean =>
  kind === writePlanKind && name === 'region';
