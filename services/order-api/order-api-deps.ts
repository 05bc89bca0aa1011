/** What every route of the order API is given. */
import type { LiveViews } from '../../projections/read-models/live-views.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import type { Observability } from '../middleware/observability.ts';
import type { AppendDeps } from './append-command.ts';
import type { CallerSettings } from './caller.ts';

export interface OrderApiDeps extends AppendDeps {
  readonly views: Pick<LiveViews<OrderView>, 'list'>;
  readonly settings: CallerSettings;
  readonly logger: Observability['logger'];
}
