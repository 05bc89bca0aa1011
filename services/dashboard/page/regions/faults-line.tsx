/** Which faults of the world are on, in the page's head, so that nobody takes a game for the real thing. */
import type { ActiveFault } from '../model/world-state.ts';

export const FaultsLine = ({ faults }: { readonly faults: readonly ActiveFault[] }) => (
  <p class={faults.length === 0 ? 'quiet' : 'note warn'} role="status">
    {faults.length === 0
      ? 'This is a world on one machine; no fault is on.'
      : `Faults that are on in this world: ${faults.map(faultText).join('; ')}.`}
  </p>
);

const faultText = (fault: ActiveFault): string => {
  switch (fault.kind) {
    case 'partition':
      return `${fault.from} → ${fault.to} is cut`;
    case 'lag':
      return `${fault.from} → ${fault.to} takes ${fault.ms.toLocaleString()} ms`;
    case 'outage':
      return `${fault.region} is out`;
  }
};
