import { alertToCloudEvent } from '../../../infra/eventbridge/alert-to-cloud-event.ts';
import { createInMemoryAlertBus } from '../../../infra/in-memory/in-memory-alert-bus.ts';
import { alertBusContract } from '../../support/contracts/alert-bus-contract.ts';

alertBusContract('the in-memory alert bus', async () => {
  const bus = createInMemoryAlertBus();
  return { bus, published: () => bus.published().map(alertToCloudEvent) };
});
