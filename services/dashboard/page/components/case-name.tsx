/** A case's id, short to the eye and whole to who listens, and as a link where one leads to its page. */
import { formatRoute } from '../model/route.ts';

export interface CaseNameProps {
  readonly caseId: string;
  /** So that a region which has not heard of the case finds it. */
  readonly orderId?: string | undefined;
}

export const CaseLink = ({ caseId, orderId = '' }: CaseNameProps) => (
  <a href={formatRoute({ page: 'case', caseId, query: { order: orderId } })} class="mono" title={caseId}>
    <ShortId id={caseId} />
  </a>
);

/** The end of an id tells two of one minute apart. */
export const ShortId = ({ id }: { readonly id: string }) =>
  id.length <= shownLength ? (
    id
  ) : (
    <>
      <span class="unseen">{id.slice(0, -shownLength)}</span>
      <span aria-hidden="true">…</span>
      {id.slice(-shownLength)}
    </>
  );

const shownLength = 8;
