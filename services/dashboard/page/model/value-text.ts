/** A value of an order's field on one line, for a sentence: its texts and numbers, one after the other. Pure. */

export const valueText = (value: unknown): string => {
  const parts = partsOf(value);
  const text = parts.length === 0 ? 'nothing' : parts.join(', ');
  return text.length > lengthMax ? `${[...text.slice(0, lengthMax)].slice(0, -1).join('')}…` : text;
};

/** In characters; whoever needs the whole value sees it elsewhere. */
const lengthMax = 160;

const partsOf = (value: unknown): readonly string[] => {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [String(value)];
  return 'sealed' in value ? ['sealed: personal'] : Object.values(value).flatMap(partsOf);
};
