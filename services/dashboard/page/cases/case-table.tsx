/**
 * A page of the queue. It follows what happens while somebody looks, but never moves under a pointer or a focus: until they
 * leave, what is gone stays where it was and what is new stands at the end.
 */
import type { ListedCase } from '../../../order-api/cases/cases-page.ts';
import { useHeld } from '../live/use-held.ts';
import { useNow } from '../live/use-now.ts';
import type { CaseTab } from '../model/case-queue.ts';
import { countText } from '../model/count-text.ts';
import { CaseRow } from './case-row.tsx';

export interface CaseTableProps {
  readonly tab: CaseTab;
  /** As the queue reads. */
  readonly cases: readonly ListedCase[];
  readonly hasMore: boolean;
}

export const CaseTable = ({ tab, cases, hasMore }: CaseTableProps) => {
  const nowMs = useNow();
  const { rows, waiting, hold } = useHeld(cases, ({ caseId }) => caseId);
  const isOver = tab.account !== undefined;
  if (rows.length === 0)
    return <p role="status">{hasMore ? 'There are none on this page; the next one may have some.' : tab.none}</p>;
  return (
    <>
      <div {...hold}>
        <table class="cases stacks">
          <caption class="unseen">
            {tab.title}, {tab.first} first
          </caption>
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">Order</th>
              {isOver ? (
                <>
                  <th scope="col">{tab.title}</th>
                  <th scope="col">{tab.account}</th>
                </>
              ) : (
                <>
                  <th scope="col">Why</th>
                  <th scope="col">Order is</th>
                  <th scope="col" class="number">
                    Money at stake
                  </th>
                </>
              )}
              <th scope="col">Accepted in</th>
              <th scope="col" class="number">
                Age
              </th>
              {!isOver && <th scope="col">Review</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ item, isGone }) => (
              <CaseRow key={item.caseId} listed={item} isGone={isGone} tab={tab} nowMs={nowMs} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet" role="status">
        {countText(rows.filter(({ isGone }) => !isGone).length, 'case')} on this page.
        {waiting > 0 && ` ${waiting} more came in; the list takes them up once you leave it.`}
      </p>
    </>
  );
};
