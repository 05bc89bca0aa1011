/** A value of an order's field, whatever it is: text as text, lists and objects by their parts, what is sealed as sealed. */
import { ForeignText } from './foreign-text.tsx';

export interface ValueProps {
  readonly of: unknown;
  /** How deep in another value this one stands. */
  readonly depth?: number;
}

export const Value = ({ of: value, depth = 0 }: ValueProps) => {
  if (value === undefined || value === null) return <span class="quiet">none</span>;
  if (typeof value === 'string') return <ForeignText text={value} />;
  if (typeof value === 'number' || typeof value === 'boolean') return <span>{String(value)}</span>;
  if (isSealed(value)) return <span class="quiet">sealed: personal</span>;
  const parts = Object.entries(value);
  if (parts.length === 0) return <span class="quiet">none</span>;
  if (depth >= depthMax || parts.length > partsMax) return <ForeignText text={JSON.stringify(value)} />;
  return (
    <ul class="parts">
      {parts.map(([name, part]) => (
        <li key={name}>
          {!Array.isArray(value) && (
            <span class="quiet">
              <ForeignText text={name} lengthMax={60} />{' '}
            </span>
          )}
          <Value of={part} depth={depth + 1} />
        </li>
      ))}
    </ul>
  );
};

/** Beyond these a value is shown as the text that it was stored as. */
const depthMax = 3;
const partsMax = 30;

const isSealed = (value: object): boolean => 'sealed' in value;
