import { createInMemoryDeadLetterQueue } from '../../../infra/in-memory/in-memory-dead-letter-queue.ts';
import { deadLetterQueueContract } from '../../support/contracts/dead-letter-queue-contract.ts';

deadLetterQueueContract(
  'the in-memory queue',
  async () => {
    const queue = createInMemoryDeadLetterQueue();
    return { queue, put: async (text) => queue.put(text) };
  },
  { runs: 500 },
);
