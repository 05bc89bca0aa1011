/** What the page says of signing in: in place of everything before somebody has, above everything once a session has ended. */
import { useEffect, useState } from 'preact/hooks';
import { usePlace } from '../place.ts';

export interface StartNoteProps {
  readonly tone: 'info' | 'bad';
  readonly text: string;
  /** What there is to do about it. */
  readonly action?: { readonly name: string; readonly run: () => void };
}

export const StartNote = ({ tone, text, action }: StartNoteProps) => (
  <main class="start">
    <h1>Rejoin</h1>
    <p class={`note ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {text}
    </p>
    {action && (
      <button type="button" onClick={action.run}>
        {action.name}
      </button>
    )}
  </main>
);

export const SessionEndedNote = () => {
  const { ending } = usePlace().session;
  const [isEnded, setIsEnded] = useState(false);
  const [fault, setFault] = useState('');
  useEffect(() => ending?.onEnded(setIsEnded), [ending]);
  if (!ending || !isEnded) return null;
  const signInAgain = async () => {
    setFault('');
    try {
      await ending.signInAgain();
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class="note warn ended" role="alert">
      <span>
        Your session has ended. Sign in again in a new tab: this page, and what you have typed, stays as it is. {fault}
      </span>
      <button type="button" onClick={signInAgain}>
        Sign in again
      </button>
    </div>
  );
};
