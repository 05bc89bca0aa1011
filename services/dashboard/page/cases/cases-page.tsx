/** The queue of cases: what waits for a person, and what is over, a page at a time. */
import { useMemo } from 'preact/hooks';
import type { CasesPage as Page } from '../../../order-api/cases/cases-page.ts';
import { Pager } from '../components/pager.tsx';
import { ResourceView } from '../components/resource-view.tsx';
import { useResource } from '../live/use-resource.ts';
import {
  caseTabs,
  formatQueuePlace,
  inReadingOrder,
  type QueuePlace,
  queueSteps,
  readQueuePlace,
} from '../model/case-queue.ts';
import { concernsCases } from '../model/changes.ts';
import { formatRoute, type Query } from '../model/route.ts';
import { usePlace } from '../place.ts';
import { goTo } from '../router.ts';
import { useTrail } from '../use-trail.ts';
import { CaseTable } from './case-table.tsx';
import { OpenCasesTotal } from './open-cases-total.tsx';

const pageLimit = 50;

export const CasesPage = ({ query }: { readonly query: Query }) => {
  const { api } = usePlace();
  const place = useMemo(() => readQueuePlace(query), [query]);
  const { tab, sort, cursor } = place;
  const listKey = [api.region, tab.name, sort].join(' ');
  const trail = useTrail(listKey, cursor);
  const page = useResource<Page>({
    key: `${listKey} ${cursor ?? ''}`,
    load: (signal) =>
      api.listCases(
        {
          state: tab.name === '' ? undefined : tab.name,
          sort: sort === tab.first ? undefined : sort,
          limit: String(pageLimit),
          cursor,
        },
        signal,
      ),
    concerns: concernsCases,
  });
  const steps = queueSteps(place, trail.known, page.value?.cursor);
  const go = (to: QueuePlace | undefined) =>
    to &&
    (() => {
      trail.goTo(to.cursor);
      goTo({ page: 'cases', query: formatQueuePlace(to) });
    });
  return (
    <>
      <div class="row spread">
        <h1>Cases</h1>
        <OpenCasesTotal />
      </div>
      <nav class="tabs" aria-label="Lists of cases">
        {caseTabs.map((it) => (
          <a
            key={it.name}
            href={formatRoute({
              page: 'cases',
              query: formatQueuePlace({ tab: it, sort: it.first, cursor: undefined }),
            })}
            aria-current={it === tab ? 'page' : undefined}
          >
            {it.title}
          </a>
        ))}
      </nav>
      <section class="card" aria-label={tab.title}>
        <ResourceView resource={page} what={`the cases of ${api.region}`}>
          {({ cases, cursor: onward }) => (
            <CaseTable
              key={`${listKey} ${cursor ?? ''}`}
              tab={tab}
              cases={inReadingOrder(place, cases)}
              hasMore={onward !== undefined}
            />
          )}
        </ResourceView>
        <Pager
          label="Pages of cases"
          onFirst={go(steps.first)}
          onPrevious={go(steps.previous)}
          onNext={go(steps.next)}
          onLast={go(steps.last)}
        />
      </section>
    </>
  );
};
