/** A bus that is asked to tell a step, and functions that go on when it does not take it. */
import type { PlantedBug } from '../planted-bug.ts';

export const stepUnsaid: PlantedBug = {
  name: 'review swallowing what the bus did not take',
  caughtBy: ['5 every step'],
  seedsMax: 20,
  isReviewed: true,
  review: (given) => ({
    ...given,
    alertBus: { publish: (alerts) => given.alertBus.publish(alerts).catch(() => undefined) },
  }),
};
