/** Who changed the write plan, when and why, as the region that is read from has it. */
import { useId, useState } from 'preact/hooks';
import type { PlanAnswer, PlanChangeAnswer } from '../../../write-plan/plan-answers.ts';
import { ForeignText } from '../components/foreign-text.tsx';
import { Status } from '../components/status.tsx';
import { Time } from '../components/time.tsx';
import { Wide } from '../components/wide.tsx';

const shownFirst = 8;

export const PlanHistory = ({ plan }: { readonly plan: PlanAnswer }) => {
  const id = useId();
  const [isWhole, setIsWhole] = useState(false);
  const { region, history, conflicts } = plan;
  const shown = isWhole ? history : history.slice(0, shownFirst);
  const hasActors = history.some(({ actor }) => actor !== undefined);
  const disputed = new Set(conflicts.flatMap(({ entryIds }) => entryIds));
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>Changes of the plan, as {region} has them</h2>
      {history.length === 0 ? (
        <p class="quiet">Nobody has changed the plan: the configured one holds.</p>
      ) : (
        <Wide label="Changes of the plan">
          <table class="plan-history">
            <caption class="unseen">Changes of the plan, newest first</caption>
            <thead>
              <tr>
                <th scope="col" class="number">
                  Epoch
                </th>
                <th scope="col">Primary</th>
                <th scope="col">Regions</th>
                {hasActors && <th scope="col">Who</th>}
                <th scope="col">Why</th>
                <th scope="col">Written</th>
                <th scope="col">Enacted here</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((change) => (
                <ChangeRow
                  key={change.entryId}
                  change={change}
                  hasActors={hasActors}
                  isDisputed={disputed.has(change.entryId)}
                />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {shown.length < history.length && (
        <div>
          <button type="button" onClick={() => setIsWhole(true)}>
            Show the newest {history.length}
          </button>
        </div>
      )}
    </section>
  );
};

interface ChangeRowProps {
  readonly change: PlanChangeAnswer;
  readonly hasActors: boolean;
  readonly isDisputed: boolean;
}

const ChangeRow = ({ change, hasActors, isDisputed }: ChangeRowProps) => (
  <tr>
    <td class="number">
      {change.epoch} {isDisputed && <Status tone="bad">conflict</Status>}
    </td>
    <td class="regions">
      {change.primary}
      {change.withoutWitness && <div>without the witness</div>}
    </td>
    <td class="regions">
      {change.regions.map((region) => (
        <div key={region}>{region}</div>
      ))}
    </td>
    {hasActors && (
      <td class="who">
        {change.actor === undefined ? 'not known' : <ForeignText text={change.actor} lengthMax={60} />}
      </td>
    )}
    <td class="why">
      <ForeignText text={change.reason} />
    </td>
    <td>
      {change.recordedAt === undefined ? 'not known' : <Time at={change.recordedAt} />}
      <div>in {change.region}</div>
    </td>
    <td>{change.enactedAt === undefined ? 'no' : <Time at={change.enactedAt} />}</td>
  </tr>
);
