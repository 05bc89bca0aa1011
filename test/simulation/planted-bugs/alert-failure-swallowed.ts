/** A projector that logs what the bus did not take, and goes on: a bus that is throttled for a moment loses alerts. */
import type { PlantedBug } from './planted-bug.ts';

export const alertFailureSwallowed: PlantedBug = {
  name: 'projector swallowing what the bus did not take',
  caughtBy: ['5'],
  seedsMax: 20,
  projector: (ports) => ({
    ...ports,
    alertBus: { publish: (alerts) => ports.alertBus.publish(alerts).catch(() => undefined) },
  }),
};
