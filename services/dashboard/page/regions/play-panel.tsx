/** Plays order traffic into the world, so that there is something to see. */
import { useId, useState } from 'preact/hooks';
import { type Problem, toProblem } from '../api/problem.ts';
import { createWorldApi } from '../api/world-api.ts';
import { ProblemNote } from '../components/resource-view.tsx';
import { Time } from '../components/time.tsx';
import type { PlayState, WorldState } from '../model/world-state.ts';

export interface PlayPanelProps {
  readonly world: WorldState;
  readonly worldUrl: string;
}

const ordersPerSecondMax = 50;
const secondsMax = 600;

export const PlayPanel = ({ world, worldUrl }: PlayPanelProps) => {
  const id = useId();
  const [ordersPerSecond, setOrdersPerSecond] = useState('5');
  const [seconds, setSeconds] = useState('120');
  const [fault, setFault] = useState<{ readonly problem: Problem; readonly what: string }>();
  const [isSwitching, setIsSwitching] = useState(false);
  // What was answered holds until the world says something newer.
  const [answered, setAnswered] = useState<{ readonly before: WorldState; readonly play: PlayState }>();
  const { play } = answered?.before === world ? answered : world;
  const isPlaying = play.state === 'playing';

  const switchPlay = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isSwitching) return;
    setIsSwitching(true);
    setFault(undefined);
    const pace = { ordersPerSecond: Number(ordersPerSecond), seconds: Number(seconds) };
    try {
      const request = isPlaying ? ({ kind: 'stop' } as const) : ({ kind: 'start', ...pace } as const);
      setAnswered({ before: world, play: (await createWorldApi(worldUrl).switchPlay(request)).play });
    } catch (error) {
      setFault({ problem: toProblem(error), what: isPlaying ? 'it was not stopped' : 'it was not started' });
    }
    setIsSwitching(false);
  };

  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>Order traffic</h2>
      <p class="quiet">
        Orders are placed in every region and led through their lives. While links are cut, some are written in two
        regions at once: most of that merges, some of it needs a person.
      </p>
      <form class="row" onSubmit={switchPlay}>
        <NumberField
          name="Orders per second"
          max={ordersPerSecondMax}
          value={ordersPerSecond}
          isFixed={isPlaying}
          onInput={setOrdersPerSecond}
        />
        <NumberField name="For seconds" max={secondsMax} value={seconds} isFixed={isPlaying} onInput={setSeconds} />
        {/* One button, so that who presses it by keyboard stays on it. */}
        <button type="submit" class={isPlaying ? '' : 'primary'} aria-disabled={isSwitching}>
          {isPlaying ? 'Stop' : 'Play order traffic'}
        </button>
      </form>
      {fault && <ProblemNote {...fault} />}
      <p role="status">
        <PlayText play={play} />
      </p>
      <PlayCounts play={play} />
    </section>
  );
};

interface NumberFieldProps {
  readonly name: string;
  readonly max: number;
  readonly value: string;
  readonly isFixed: boolean;
  readonly onInput: (value: string) => void;
}

const NumberField = ({ name, max, value, isFixed, onInput }: NumberFieldProps) => (
  <label>
    {name}{' '}
    <input
      type="number"
      min="1"
      max={max}
      step="1"
      required
      readOnly={isFixed}
      value={value}
      onInput={({ currentTarget }) => onInput(currentTarget.value)}
    />
  </label>
);

const PlayText = ({ play: { state, endsAt } }: { readonly play: PlayState }) => {
  if (endsAt === undefined) return <>{state === 'playing' ? 'Playing.' : 'Nothing has been played yet.'}</>;
  return (
    <>
      {state === 'playing' ? 'Playing until ' : 'Last played until '}
      <Time at={endsAt} isClockOnly />.
    </>
  );
};

const PlayCounts = ({ play }: { readonly play: PlayState }) => (
  <dl class="figures">
    {(['sent', 'taken', 'refused', 'failed'] as const).map((name) => (
      <div key={name} class="figure">
        <dt>{countNames[name]}</dt>
        <dd>{play[name].toLocaleString()}</dd>
      </div>
    ))}
  </dl>
);

const countNames = { sent: 'Sent', taken: 'Taken', refused: 'Refused', failed: 'Failed' } as const;
