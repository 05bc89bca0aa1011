/** What to do when a decision was not taken, in a sentence, and the one step that goes on from there. Pure. */

export interface DecisionProblem {
  /** 0 where no answer came. */
  readonly status: number;
  readonly type: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface DecisionAdvice {
  readonly text: string;
  /** again: send the same once more. there: read from the region and decide there. look: see what has changed. */
  readonly step: 'again' | 'look' | 'none' | { readonly there: string };
}

const nothingStored = 'Nothing was stored.';
const maybeStored =
  'Nobody knows yet whether it was stored. Try again: the same decision is stored only once, however often it is sent.';

/** `region` is the one that was asked; `regions` those that this page can read from. */
export const adviseOn = (
  { status, type, extensions }: DecisionProblem,
  { region, regions }: { readonly region: string; readonly regions: readonly string[] },
): DecisionAdvice => {
  switch (type.replace(/^urn:rejoin:problem:/, '')) {
    case 'not-admitted':
      return adviseOnAdmission(extensions, region, regions);
    case 'part-not-closed':
      return {
        text: `${nothingStored} ${region} does not have the whole of its own history of this order. Read the case from another region and decide there; what you wrote stays.`,
        step: 'none',
      };
    case 'not-current':
      return { text: `${nothingStored} See what has changed, then decide again; what you wrote stays.`, step: 'look' };
    case 'case-withdrawn':
      return { text: `${nothingStored} There is nothing left to decide.`, step: 'look' };
    case 'unknown-case':
      return {
        text: `${nothingStored} The case, or one of the others to settle, does not wait in ${region}.`,
        step: 'look',
      };
    case 'not-allowed':
      return {
        text: `${nothingStored} Deciding takes the scope reviews:decide, which your token does not have.`,
        step: 'none',
      };
    case 'not-authenticated':
      return { text: `${nothingStored} Sign in again, then try again; what you wrote stays.`, step: 'again' };
    case 'busy':
    case 'too-many-requests':
      return { text: `${nothingStored} Try again in a moment.`, step: 'again' };
    default:
      if (status === 0 || status >= 500) return { text: maybeStored, step: 'again' };
      return { text: `${nothingStored} What you wrote stays.`, step: 'none' };
  }
};

const adviseOnAdmission = (
  { reason, primary }: Readonly<Record<string, unknown>>,
  region: string,
  regions: readonly string[],
): DecisionAdvice => {
  if (reason === 'no-lease' || typeof primary !== 'string' || primary === region)
    return { text: `${nothingStored} ${region} cannot take decisions at the moment. Try again soon.`, step: 'again' };
  return regions.includes(primary)
    ? {
        text: `${nothingStored} While the regions do not see each other, ${primary} takes the decisions. Read the case from there and decide there; what you wrote stays.`,
        step: { there: primary },
      }
    : { text: `${nothingStored} Decisions are taken in ${primary}, which this page cannot reach.`, step: 'none' };
};
