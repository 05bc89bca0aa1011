/**
 * What keeps a value from being hashed, stored and folded as JSON; undefined when nothing does.
 *
 * JSON allows more than the ledger can keep: numbers that overflow to infinity, lone surrogates that UTF-8 cannot hold,
 * nesting that exhausts a stack, and `__proto__`, which some code downstream would take for more than a name. A program
 * can hand in what is no JSON at all: a Date, a Map, a hole. All that is refused at the door, so that nothing behind
 * it has to think of them.
 */
export const findJsonFlaw = (value: unknown, depth = 0): string | undefined => {
  if (depth > jsonDepthMax) return `It nests deeper than ${jsonDepthMax} levels.`;
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? undefined : 'A string holds half a surrogate pair.';
    case 'number':
      return Number.isFinite(value) ? undefined : 'A number is too large, or none.';
    case 'boolean':
      return undefined;
    case 'object':
      return value === null ? undefined : findMemberFlaw(value, depth);
    default:
      return `A value of type ${typeof value} is no JSON.`;
  }
};

const jsonDepthMax = 32;

const findMemberFlaw = (value: object, depth: number): string | undefined => {
  if (!isPlain(value)) return 'An object is neither plain nor an array.';
  if (Array.isArray(value)) return firstFlaw(value, (member) => findJsonFlaw(member, depth + 1));
  return firstFlaw(Object.entries(value), ([name, member]) => {
    if (name === '__proto__') return 'A property is named __proto__.';
    if (!name.isWellFormed()) return 'A name holds half a surrogate pair.';
    // An optional property may be said to be undefined: it is left out.
    return member === undefined ? undefined : findJsonFlaw(member, depth + 1);
  });
};

/** The iteration visits the holes of an array, too: they are undefined. */
const firstFlaw = <Member>(
  members: Iterable<Member>,
  flawOf: (member: Member) => string | undefined,
): string | undefined => {
  for (const member of members) {
    const flaw = flawOf(member);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
};

/** Objects of another realm, such as a test runner's, are plain as well. */
const isPlain = (value: object): boolean => {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};
