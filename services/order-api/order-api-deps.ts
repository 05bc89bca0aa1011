/** What every route of the order API is given. */
import type { Observability } from '../middleware/observability.ts';
import type { AppendDeps } from './append-command.ts';
import type { CallerSettings } from './caller.ts';

export interface OrderApiDeps extends AppendDeps {
  readonly settings: CallerSettings;
  readonly logger: Observability['logger'];
}
