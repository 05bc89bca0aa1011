/**
 * First, previous, next and last page of a list that goes by cursors. A page that is not there has a button that is off, but
 * that keeps the focus: who presses it goes on from there when the page has come.
 */

export interface PagerProps {
  /** What is paged, for who cannot see where the buttons stand. */
  readonly label: string;
  readonly onFirst?: (() => void) | undefined;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
  readonly onLast?: (() => void) | undefined;
  /** The list can only be read from its beginning: there is no last page to go to. */
  readonly isOneWay?: boolean;
}

export const Pager = ({ label, onFirst, onPrevious, onNext, onLast, isOneWay = false }: PagerProps) => (
  <nav class="pager" aria-label={label}>
    <PagerButton name="First" go={onFirst} />
    <PagerButton name="Previous" go={onPrevious} />
    <PagerButton name="Next" go={onNext} />
    {!isOneWay && <PagerButton name="Last" go={onLast} />}
  </nav>
);

const PagerButton = ({ name, go }: { readonly name: string; readonly go: (() => void) | undefined }) => (
  <button type="button" aria-disabled={!go} onClick={() => go?.()}>
    {name}
  </button>
);
