/** A projector that lets the row forget what is unsaid, and says it afterwards. */
import type { Alert } from '../../../domain/ports/alert-bus.ts';
import type { PlantedBug } from './planted-bug.ts';
import { spoilViews } from './spoil-views.ts';

export const alertAfterView: PlantedBug = {
  name: 'alert after the row that takes it for said',
  caughtBy: ['5'],
  seedsMax: 5,
  projector: (ports) => {
    const late = new Map<string, readonly Alert[]>();
    return {
      ...ports,
      alertBus: { publish: async (alerts) => void late.set(alerts[0]?.stream ?? '', alerts) },
      openViews: spoilViews(ports.openViews, (store) => ({
        replace: async (replacement) => {
          const replaced = await store.replace(replacement);
          const { stream } = replacement.view;
          const alerts = late.get(stream) ?? [];
          late.delete(stream);
          if (alerts.length > 0) await ports.alertBus.publish(alerts);
          return replaced;
        },
      })),
    };
  },
};
