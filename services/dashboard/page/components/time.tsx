/** A moment: in the viewer's own zone, with UTC for whoever points at it or listens. */
import { ForeignText } from './foreign-text.tsx';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const localClock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export interface TimeProps {
  /** ISO 8601, or ms since 1970. */
  readonly at: string | number;
  /** Leaves the day out. */
  readonly isClockOnly?: boolean;
  /** Shown in its place, such as how long ago it was; the moment is then for who points at it. */
  readonly text?: string;
}

export const Time = ({ at, isClockOnly = false, text }: TimeProps) => {
  const date = new Date(at);
  // What came from an entry may be no time at all.
  if (Number.isNaN(date.getTime())) return <ForeignText text={String(at)} lengthMax={60} />;
  const iso = date.toISOString();
  const utc = `${iso.slice(0, 19).replace('T', ' ')} UTC`;
  return (
    <time dateTime={iso} title={text === undefined ? utc : `${local.format(date)} (${utc})`}>
      {text ?? (isClockOnly ? localClock : local).format(date)}
    </time>
  );
};
