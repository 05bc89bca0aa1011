/** Leaves all but one class of orders out of a list. */
import type { StreamClass } from '../../../../domain/fold/folded-stream.ts';
import { classWords } from '../model/order-words.ts';

export interface ClassChoiceProps {
  readonly chosen: StreamClass | undefined;
  readonly choose: (name: StreamClass | undefined) => void;
}

const names = Object.keys(classWords) as readonly StreamClass[];

export const ClassChoice = ({ chosen, choose }: ClassChoiceProps) => (
  <label class="orders-class">
    Class{' '}
    <select
      value={chosen ?? ''}
      onChange={({ currentTarget }) => choose(names.find((name) => name === currentTarget.value))}
    >
      <option value="">every class</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {classWords[name].name}: {classWords[name].meaning}
        </option>
      ))}
    </select>
  </label>
);
