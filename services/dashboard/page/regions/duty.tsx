/** What a region takes now, in a word or two. */
import { Status } from '../components/status.tsx';
import { useNow } from '../live/use-now.ts';
import { dutyOf, type Duty as RegionDuty } from '../model/region-duty.ts';
import type { Standing } from '../model/region-reading.ts';
import type { Tone } from '../model/words.ts';

export const Duty = ({ standing }: { readonly standing: Standing | null | undefined }) => {
  const nowMs = useNow();
  if (standing === undefined) return null;
  // One region, or one chain of entries across all: nothing there can part.
  if (standing === null) return <Status tone="good">takes decisions</Status>;
  const { tone, text } = dutyWords(dutyOf(standing.plan, nowMs));
  return <Status tone={tone}>{text}</Status>;
};

const dutyWords = (duty: RegionDuty): { readonly tone: Tone; readonly text: string } => {
  switch (duty.kind) {
    case 'decides':
      return { tone: 'good', text: 'takes decisions' };
    case 'decides-alone':
      return { tone: 'warn', text: 'takes decisions alone' };
    case 'facts-only':
      return { tone: duty.reason === 'no-lease' ? 'bad' : 'warn', text: factsOnlyWords[duty.reason] };
  }
};

const factsOnlyWords = {
  isolated: 'takes facts only',
  'not-in-plan': 'takes facts only: not in the plan',
  'no-lease': 'takes facts only: no lease',
} as const;
