/** The order in which the fold applied the entries, step by step, and why it rejected what it did. */
import { useState } from 'preact/hooks';
import { StepEffect } from '../components/step-effect.tsx';
import { Time } from '../components/time.tsx';
import { countText } from '../model/count-text.ts';
import { EntryLink } from './entry-link.tsx';
import { EntryWhy } from './entry-why.tsx';
import { useScene } from './order-scene.ts';

/** As many as are taken in at a glance or two; the others are asked for. */
const stepsShown = 50;

export const HistorySection = () => {
  const { explanation, explain } = useScene();
  const { history, leftOut, approximated, rejected } = explanation;
  const [shown, setShown] = useState(stepsShown);
  const hidden = Math.max(0, history.length - shown);
  const inExplanation = leftOut.history ?? 0;
  return (
    <section class="card" aria-labelledby="history-title">
      <h2 id="history-title">The history that the fold chose</h2>
      <p class="quiet">
        {countText(history.length + inExplanation, 'step')},{' '}
        {countText(rejected.length + (leftOut.rejected ?? 0), 'rejected', 'rejected')}. Every region that has seen the
        same entries chooses the same history.
        {approximated && ' The exact search was too large: this history is a good one, but perhaps not the cheapest.'}
      </p>
      {hidden + inExplanation > 0 && (
        <div class="row">
          <span class="quiet">{(hidden + inExplanation).toLocaleString()} earlier steps are not shown.</span>
          {hidden > 0 && (
            <button type="button" onClick={() => setShown(shown + 4 * stepsShown)}>
              Show earlier steps
            </button>
          )}
        </div>
      )}
      <table class="history stacks">
        <thead>
          <tr>
            <th scope="col" class="number">
              Step
            </th>
            <th scope="col">Entry</th>
            <th scope="col">When</th>
            <th scope="col">Status</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {history.slice(hidden).map((step, i) => (
            <tr key={step.position} class={step.accepted ? undefined : 'rejected'}>
              <td data-label="Step" class="number">
                {(inExplanation + hidden + i + 1).toLocaleString()}
              </td>
              <th scope="row" data-label="Entry">
                <EntryLink id={step.id} />
                <small class="under">
                  {step.kind} of <bdi>{step.source}</bdi>
                </small>
              </th>
              <td data-label="When" class="whole">
                <Time at={step.time} />
              </td>
              <td data-label="Status">
                <StepEffect step={step} />
              </td>
              <td data-label="Why">
                {(!step.accepted || explain(step.position).case) && <EntryWhy position={step.position} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};
