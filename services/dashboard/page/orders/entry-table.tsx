/** The drawing's facts as a table, which is also quicker to search. */
import { Time } from '../components/time.tsx';
import { Wide } from '../components/wide.tsx';
import { outcomeText } from '../model/entry-outcomes.ts';
import { shortPosition } from '../model/short-position.ts';
import { ulidTimeMs } from '../model/ulid-time.ts';
import { EntryLink } from './entry-link.tsx';
import { useScene } from './order-scene.ts';

export const EntryTable = () => {
  const { graph, explain } = useScene();
  const { nodes, edges } = graph;
  const edgesTo = Map.groupBy(edges, ({ to }) => to);
  return (
    <Wide label="Entries and what each had seen">
      <table class="entry-list">
        <thead>
          <tr>
            <th scope="col">Entry</th>
            <th scope="col">When</th>
            <th scope="col">Source</th>
            <th scope="col">Outcome</th>
            <th scope="col">Comes directly after</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ entry, missing }, i) => {
            const timeMs = ulidTimeMs(entry.id);
            const before = (edgesTo.get(i) ?? []).flatMap(({ from }) => nodes[from]?.entry.position ?? []);
            const after = [...before, ...missing].map(shortPosition);
            return (
              <tr key={entry.position}>
                <th scope="row">
                  <EntryLink id={entry.id} />
                </th>
                <td>{timeMs !== undefined && <Time at={timeMs} />}</td>
                <td>
                  <bdi>{entry.source}</bdi>
                </td>
                <td>{outcomeText(explain(entry.position).outcome)}</td>
                <td class="mono">{after.length === 0 ? 'nothing' : after.join(', ')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
};
