/** The lifecycles that ship, by name. */
import type { Lifecycle } from './define-lifecycle.ts';
import { retail } from './retail.ts';

export const lifecycles: ReadonlyMap<string, Lifecycle> = new Map([[retail.name, retail]]);
