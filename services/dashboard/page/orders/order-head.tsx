/** Which order it is, and how it stands, in a line. */
import type { OrderState } from '../../../ledger/order-state.ts';
import { Status } from '../components/status.tsx';
import { classToWords } from '../model/order-words.ts';
import { formatRoute } from '../model/route.ts';

export interface OrderHeadProps {
  readonly orderId: string;
  /** Undefined before it is known. */
  readonly state: OrderState | undefined;
}

export const OrderHead = ({ orderId, state }: OrderHeadProps) => (
  <div>
    <nav aria-label="Where this is">
      <a href={formatRoute({ page: 'orders', query: {} })}>Orders</a>
    </nav>
    <div class="row">
      <h1>
        Order <bdi>{orderId}</bdi>
      </h1>
      {state && (
        <span class="row" role="status">
          <Status tone="info">{state.status}</Status>
          {state.provisional && <Status tone="warn">provisional</Status>}
          {state.class !== 'none' && (
            <Status tone={classToWords(state.class).tone}>{classToWords(state.class).name}</Status>
          )}
        </span>
      )}
    </div>
  </div>
);
