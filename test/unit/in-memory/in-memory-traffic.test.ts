import { createInMemoryTraffic } from '../../../infra/in-memory/in-memory-traffic.ts';
import { trafficContract } from '../../support/contracts/traffic-contract.ts';

trafficContract('the in-memory counts', async (options) => {
  const traffic = createInMemoryTraffic(options);
  return { reader: traffic, count: traffic.count };
});
