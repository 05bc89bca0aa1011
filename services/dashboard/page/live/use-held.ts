/**
 * A list that follows what happens, but never moves under a pointer or a focus: until they leave, every row stays. A pointer
 * that somebody left lying on it keeps it for half a minute.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Held, holdPlaces } from '../model/hold-places.ts';

export interface HeldList<Item> extends Held<Item> {
  /** For the element around the list. */
  readonly hold: {
    readonly onPointerMove: () => void;
    readonly onPointerLeave: () => void;
    readonly onFocusIn: () => void;
    readonly onFocusOut: (event: FocusEvent) => void;
  };
}

const pointerRestMs = 30_000;

export const useHeld = <Item>(items: readonly Item[], keyOf: (item: Item) => string): HeldList<Item> => {
  const [isPointedAt, setIsPointedAt] = useState(false);
  const [hasFocus, setHasFocus] = useState(false);
  const shown = useRef(items);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(rest.current), []);
  const held: Held<Item> =
    isPointedAt || hasFocus
      ? holdPlaces(shown.current, items, keyOf)
      : { rows: items.map((item) => ({ item, isGone: false })), waiting: 0 };
  shown.current = held.rows.map(({ item }) => item);
  const leave = (): void => {
    clearTimeout(rest.current);
    setIsPointedAt(false);
  };
  return {
    ...held,
    hold: {
      onPointerMove: () => {
        clearTimeout(rest.current);
        rest.current = setTimeout(leave, pointerRestMs);
        setIsPointedAt(true);
      },
      onPointerLeave: leave,
      onFocusIn: () => setHasFocus(true),
      // From one row to the next it does not leave, not even for a moment.
      onFocusOut: ({ currentTarget, relatedTarget }) =>
        setHasFocus(
          currentTarget instanceof Node && relatedTarget instanceof Node && currentTarget.contains(relatedTarget),
        ),
    },
  };
};
