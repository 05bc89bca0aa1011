/** Switches for the faults of this world: every direction between two regions, and every region. */
import { useId } from 'preact/hooks';
import { ProblemNote } from '../components/resource-view.tsx';
import { isCut, isOut, lagMsOf, orderedPairs } from '../model/fault-requests.ts';
import type { WorldState } from '../model/world-state.ts';
import { LagField } from './lag-field.tsx';
import { useFaults } from './use-faults.ts';

export interface FaultsPanelProps {
  readonly world: WorldState;
  readonly worldUrl: string;
}

export const FaultsPanel = ({ world, worldUrl }: FaultsPanelProps) => {
  const id = useId();
  const replicas = world.regions.map(({ name }) => name);
  const regions = world.witness === undefined ? replicas : [...replicas, world.witness];
  const { faults, problem, change } = useFaults({ world, worldUrl, regions });
  return (
    <section class="card" aria-labelledby={id}>
      <div class="row spread">
        <h2 id={id}>Faults of this world</h2>
        <div class="row">
          <button type="button" onClick={() => change({ kind: 'cut-all' })}>
            Cut all links
          </button>
          <button type="button" onClick={() => change({ kind: 'heal-all' })}>
            Heal all
          </button>
        </div>
      </div>
      {problem && <ProblemNote problem={problem} what="the fault was not switched" />}
      <h3>Links</h3>
      <ul class="switches">
        {orderedPairs(regions).map(({ from, to }) => (
          <li key={`${from} ${to}`}>
            <label class="switch">
              <input
                type="checkbox"
                checked={isCut(faults, from, to)}
                onChange={({ currentTarget }) => change({ kind: 'cut', from, to, isOn: currentTarget.checked })}
              />
              Cut {from} → {to}
            </label>
            <LagField
              from={from}
              to={to}
              ms={lagMsOf(faults, from, to)}
              onSet={(ms) => change({ kind: 'lag', from, to, ms })}
            />
          </li>
        ))}
      </ul>
      <h3>Regions</h3>
      <ul class="switches">
        {regions.map((region) => (
          <li key={region}>
            <label class="switch">
              <input
                type="checkbox"
                checked={isOut(faults, region)}
                onChange={({ currentTarget }) => change({ kind: 'outage', region, isOn: currentTarget.checked })}
              />
              Outage of {region}
              {region === world.witness && ' (witness)'}
            </label>
          </li>
        ))}
      </ul>
    </section>
  );
};
