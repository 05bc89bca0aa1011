/** Who wrote what where, and who first knew of it when: drawn, listed, and as text to take along. */
import { useMemo } from 'preact/hooks';
import { CopyButton } from '../components/copy-button.tsx';
import { Unfold } from '../components/unfold.tsx';
import { outcomeText } from '../model/entry-outcomes.ts';
import { sequenceToMermaid } from '../model/mermaid.ts';
import { rowText, type Sequence, toSequence } from '../model/sequence.ts';
import { shortPosition } from '../model/short-position.ts';
import { useScene } from './order-scene.ts';
import { SequenceDrawing } from './sequence-drawing.tsx';

export const SequenceSection = () => {
  const { graph, explain } = useScene();
  const sequence = useMemo(
    () =>
      toSequence(graph, (position) => {
        const { outcome } = explain(position);
        return outcome.kind === 'accepted' || outcome.kind === 'unknown' ? undefined : outcomeText(outcome);
      }),
    [graph, explain],
  );
  if (sequence.rows.length === 0) return null;
  return (
    <section class="card" aria-labelledby="sequence-title">
      <div class="row spread">
        <h2 id="sequence-title">Sequence of entries</h2>
        <CopyButton name="Copy as Mermaid text" text={() => sequenceToMermaid(sequence)} />
      </div>
      <SequenceDrawing sequence={sequence} />
      <Unfold title="The same as a list">{() => <SequenceList sequence={sequence} />}</Unfold>
    </section>
  );
};

const SequenceList = ({ sequence: { rows, lanes } }: { readonly sequence: Sequence }) => (
  <ol>
    {rows.map((row) =>
      row.kind === 'saw' ? (
        <li key={`${row.to} ${row.position}`}>
          {lanes[row.to]} first knows of <span class="mono">{shortPosition(row.position)}</span>
        </li>
      ) : (
        <li key={row.position}>
          {lanes[row.lane]} accepts <span class="mono">{shortPosition(row.position)}</span> from{' '}
          <bdi>{rowText(row)}</bdi>
        </li>
      ),
    )}
  </ol>
);
