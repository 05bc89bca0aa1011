/** A region's own view of the plan, its breaker, its agent and its lease. */
import type { BreakerAnswer, LeaseAnswer, PlanAnswer } from '../../../write-plan/plan-answers.ts';
import { Fact } from '../components/fact.tsx';
import { Status } from '../components/status.tsx';
import { Time } from '../components/time.tsx';
import { useNow } from '../live/use-now.ts';
import { ageText, agoText } from '../model/age-text.ts';
import { timesText } from '../model/count-text.ts';
import type { Tone } from '../model/words.ts';
import type { WatchedRegion } from './use-regions.ts';

export const RegionStanding = ({ watched }: { readonly watched: WatchedRegion }) => {
  const { standing, reach, standingResource } = watched;
  const nowMs = useNow();
  const { loadedAtMs, problem } = standingResource;
  const lastAnswer = loadedAtMs === 0 ? 'not since this page was opened' : agoText(nowMs - loadedAtMs);
  return (
    <dl class="facts">
      <Fact name="Answered">
        {lastAnswer}
        {reach === 'not-answering' && problem && `. Now: ${problem.title}`}
      </Fact>
      {standing === null && (
        <Fact name="Plan">none: one region alone, or a strongly consistent ledger. Nothing there can part</Fact>
      )}
      {standing && <PlanFacts plan={standing.plan} nowMs={nowMs} />}
    </dl>
  );
};

const PlanFacts = ({ plan: answer, nowMs }: { readonly plan: PlanAnswer; readonly nowMs: number }) => {
  const { plan, configured, breaker, lease, fresh, writtenAt } = answer;
  return (
    <>
      <Fact name="Plan">
        epoch {plan.epoch}: {plan.primary} is primary{plan.withoutWitness && ', without the witness'}
        {configured && ' (as configured)'}
      </Fact>
      <Fact name="Breaker">
        <BreakerText breaker={breaker} />
      </Fact>
      <Fact name="Agent">
        {!fresh && <Status tone="bad">silent</Status>}
        {writtenAt === undefined ? ' has never run here' : ` beat ${agoText(nowMs - Date.parse(writtenAt))}`}
      </Fact>
      {lease && <Fact name="Lease">{leaseText(lease, nowMs)}</Fact>}
    </>
  );
};

const BreakerText = ({ breaker: { state, since, openingsLastHour } }: { readonly breaker: BreakerAnswer }) => (
  <>
    <Status tone={breakerTones[state]}>{state}</Status>
    {since !== undefined && (
      <>
        {' '}
        since <Time at={since} isClockOnly />,
      </>
    )}
    {openingsLastHour === 0 ? ' not opened within the hour' : ` opened ${timesText(openingsLastHour)} within the hour`}
  </>
);

const breakerTones: Readonly<Record<BreakerAnswer['state'], Tone>> = {
  closed: 'good',
  'half-open': 'warn',
  open: 'bad',
};

const leaseText = ({ state, epoch, until }: LeaseAnswer, nowMs: number): string => {
  const ofEpoch = epoch === undefined ? '' : `, epoch ${epoch}`;
  switch (state) {
    case 'held':
      return `held here${ofEpoch}, ${until === undefined ? 'not used until it is renewed' : termText(Date.parse(until) - nowMs)}`;
    case 'inherited':
      return `given to this region${ofEpoch}: it waits for the time of the holder before it`;
    case 'none':
      return `not held here${ofEpoch}`;
  }
};

const termText = (leftMs: number): string => (leftMs > 0 ? `for ${ageText(leftMs)} more` : 'over');
