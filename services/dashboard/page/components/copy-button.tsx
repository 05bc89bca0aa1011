/** Puts a text on the clipboard and says whether that went well. */
import { useEffect, useState } from 'preact/hooks';

export interface CopyButtonProps {
  readonly name: string;
  /** Made when it is asked for. */
  readonly text: () => string;
}

const saidForMs = 4_000;

export const CopyButton = ({ name, text }: CopyButtonProps) => {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => setSaid(''), saidForMs);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setSaid('Copied.');
    } catch {
      setSaid('The browser did not let it be copied.');
    }
  };
  return (
    <span class="row">
      <button type="button" onClick={copy}>
        {name}
      </button>
      <span role="status" class="quiet">
        {said}
      </span>
    </span>
  );
};
