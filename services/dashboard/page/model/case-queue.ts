/**
 * The queue of cases as the page's address has it: which list, and which page of it. The API pages forwards from either
 * end; the queue always reads from its first case to its last, whichever end a page was reached from. Pure.
 */
import type { CaseLifeState } from '../../../../domain/review/case-life.ts';
import type { Query } from './route.ts';
import type { Trail } from './trail.ts';

type Sort = 'oldest' | 'newest';

export interface CaseTab {
  /** In the address; empty for the first. */
  readonly name: '' | CaseLifeState;
  readonly title: string;
  /** From which end the list reads. */
  readonly first: Sort;
  /** What an empty list says. */
  readonly none: string;
  /** Of a list of what is over: what only a case's own page tells of its end. */
  readonly account?: string;
}

const allWaiting: CaseTab = {
  name: '',
  title: 'All waiting',
  first: 'oldest',
  none: 'No case waits for a decision.',
};

export const caseTabs: readonly CaseTab[] = [
  allWaiting,
  { name: 'with-a-person', title: 'With a person', first: 'oldest', none: 'No case is with a person.' },
  { name: 'waiting', title: 'Grace period', first: 'oldest', none: 'No case is in its grace period.' },
  { name: 'reopened', title: 'Reopened', first: 'oldest', none: 'No case was reopened.' },
  { name: 'settled', title: 'Settled', first: 'newest', none: 'No case has been settled.', account: 'Who and why' },
  { name: 'withdrawn', title: 'Withdrawn', first: 'newest', none: 'No case has been withdrawn.', account: 'Why' },
];

export interface QueuePlace {
  readonly tab: CaseTab;
  /** The end that the page was reached from. */
  readonly sort: Sort;
  readonly cursor: string | undefined;
}

export const readQueuePlace = (query: Query): QueuePlace => {
  const tab = caseTabs.find(({ name }) => name === (query['state'] ?? '')) ?? allWaiting;
  const isFromEnd = query['from'] === 'end';
  return { tab, sort: isFromEnd ? otherEnd(tab.first) : tab.first, cursor: query['cursor'] };
};

export const formatQueuePlace = ({ tab, sort, cursor = '' }: QueuePlace): Query => ({
  state: tab.name,
  from: sort === tab.first ? '' : 'end',
  cursor,
});

const otherEnd = (sort: Sort): Sort => (sort === 'oldest' ? 'newest' : 'oldest');

/** As the queue reads: a page that was reached from the end comes the other way round. */
export const inReadingOrder = <Item>({ tab, sort }: QueuePlace, items: readonly Item[]): readonly Item[] =>
  sort === tab.first ? items : items.toReversed();

export interface QueueSteps {
  readonly first?: QueuePlace | undefined;
  readonly previous?: QueuePlace | undefined;
  readonly next?: QueuePlace | undefined;
  readonly last?: QueuePlace | undefined;
}

/** Where one can go from a page. `onward` is the cursor that came with it. */
export const queueSteps = (place: QueuePlace, trail: Trail, onward: string | undefined): QueueSteps => {
  const { tab, sort, cursor } = place;
  const start: QueuePlace = { tab, sort: tab.first, cursor: undefined };
  const end: QueuePlace = { tab, sort: otherEnd(tab.first), cursor: undefined };
  const further = onward === undefined ? undefined : { ...place, cursor: onward };
  const back = trail.length > 1 ? { ...place, cursor: trail.at(-2) } : undefined;
  const isAtBegin = cursor === undefined;
  return sort === tab.first
    ? { first: isAtBegin ? undefined : start, previous: back, next: further, last: further && end }
    : {
        first: further || !isAtBegin ? start : undefined,
        previous: further,
        next: back,
        last: isAtBegin ? undefined : end,
      };
};
