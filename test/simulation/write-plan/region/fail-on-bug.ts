/**
 * A fault of the world may be swallowed and told; a bug may not.
 */
import { LedgerFault } from '../../../../domain/ports/event-store.ts';
import type { Scheduler } from '../../kernel/scheduler.ts';

export const failOnBug =
  ({ fail }: Pick<Scheduler, 'fail'>) =>
  (fault: unknown): void => {
    if (!(fault instanceof LedgerFault)) fail(fault);
  };
