/**
 * Text that somebody else wrote: a note, a tag, an address, a reason, an id. It is shown as it is and can do nothing to what
 * stands around it: not reverse it (bidi isolation), not push it aside (it wraps), not drown it (the rest is asked for).
 */
import { useState } from 'preact/hooks';

export interface ForeignTextProps {
  readonly text: string;
  /** In characters; longer text is cut until somebody asks for it. */
  readonly lengthMax?: number;
}

export const ForeignText = ({ text, lengthMax = 300 }: ForeignTextProps) => {
  const [isWhole, setIsWhole] = useState(false);
  const isCut = text.length > lengthMax && !isWhole;
  return (
    <>
      <bdi class="foreign">{isCut ? `${cutAt(text, lengthMax)}…` : text}</bdi>
      {isCut && (
        <button type="button" class="link" onClick={() => setIsWhole(true)}>
          show all {text.length.toLocaleString()} characters
        </button>
      )}
    </>
  );
};

/** Not through the middle of a character. */
const cutAt = (text: string, length: number): string => {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
};
