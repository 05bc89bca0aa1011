/** What every route of the order API is given. */
import type { PeerReplica } from '../../domain/ports/peer-replica.ts';
import type { TokenVerifier } from '../../domain/ports/token-verifier.ts';
import type { TrafficReader } from '../../domain/ports/traffic.ts';
import type { LiveViews } from '../../projections/read-models/live-views.ts';
import type { OrderView } from '../../projections/views/order-view.ts';
import type { AppendDeps } from '../ledger/append-commands.ts';
import type { Observability } from '../middleware/observability.ts';
import type { CaseLives } from '../review/case-lives.ts';
import type { WritePlanService } from '../write-plan/open-write-plan.ts';
import type { RateLimiter } from './rate-limit/rate-limiter.ts';

export interface OrderApiDeps extends AppendDeps {
  readonly views: Pick<LiveViews<OrderView>, 'list' | 'totals'>;
  /** What this region remembers of the review of its cases. */
  readonly lives: Pick<CaseLives, 'read' | 'readAll' | 'find' | 'pageOfOver'>;
  /** The other regions of the table. */
  readonly peers: readonly PeerReplica[];
  readonly tokens: TokenVerifier;
  /** Undefined where every region may always write. */
  readonly writePlan: WritePlanService | undefined;
  readonly rateLimiter: RateLimiter;
  /** Undefined where it is not told. */
  readonly traffic: TrafficReader | undefined;
  readonly logger: Observability['logger'];
}
