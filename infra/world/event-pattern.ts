/**
 * EventBridge's event patterns, so that the rules of the template are the rules that run in the world.
 *
 * Where the user guide is silent this does as AWS's open-source Event Ruler: names are joined with dots, arrays are
 * looked into, and what is matched of one array must lie in one of its elements. It is stricter in what it takes: a
 * pattern that could be read in two ways is refused when the rule is loaded, never quietly without effect.
 */
import { isArray, isObject, type Json, type JsonObject, type Scalar } from './event-json.ts';
import { parseValueMatcher, reservedNames, type ValueMatcher } from './event-value-matcher.ts';

export type EventPattern = (event: JsonObject) => boolean;

/** Throws an EventPatternError that says where the mistake is. */
export const parseEventPattern = (pattern: unknown): EventPattern => {
  if (!isObject(pattern)) throw new EventPatternError('', 'must be an object');
  const conjunctions = parseObject(pattern, '').map(inOrderOfName);
  return (event) => {
    const fields = flatten(event);
    return conjunctions.some((conditions) => matchesAll(conditions, fields, noElements));
  };
};

export class EventPatternError extends Error {
  readonly code = 'invalid-event-pattern';
  constructor(path: string, problem: string) {
    super(`Event pattern${path === '' ? '' : ` at ${path}`}: ${problem}`);
  }
}

interface Condition {
  readonly path: string;
  /** Any of them is enough. */
  readonly matchers: readonly ValueMatcher[];
}

/** All of them must hold. `$or` makes several of one pattern. */
type Conjunction = readonly Condition[];

/** EventBridge's own limit. */
const conjunctionsMax = 1_000;

const parseObject = (pattern: JsonObject, path: string, isInsideOr = false): readonly Conjunction[] => {
  const members = Object.entries(pattern);
  if (members.length === 0) throw new EventPatternError(path, 'an empty object is not allowed');
  return members
    .map(([name, value]) => parseMember(name, value, { path, isInsideOr }))
    .reduce((left, right) => combine(left, right, path));
};

const parseMember = (
  name: string,
  value: Json,
  { path, isInsideOr }: { readonly path: string; readonly isInsideOr: boolean },
): readonly Conjunction[] => {
  const memberPath = path === '' ? name : `${path}.${name}`;
  if (name === '$or') return parseOr(value, path);
  if (isInsideOr && reservedNames.has(name))
    throw new EventPatternError(memberPath, 'the name of an operator is no field inside $or');
  if (isObject(value)) return parseObject(value, memberPath, isInsideOr);
  if (!isArray(value)) throw new EventPatternError(memberPath, 'must be an object or an array of values');
  if (value.length === 0) throw new EventPatternError(memberPath, 'an empty array is not allowed');
  return [[{ path: memberPath, matchers: value.map((it) => parseMatcherAt(it, memberPath)) }]];
};

const parseMatcherAt = (value: Json, path: string): ValueMatcher => {
  const parsed = parseValueMatcher(value);
  if (typeof parsed === 'string') throw new EventPatternError(path, parsed);
  return parsed;
};

const parseOr = (value: Json, path: string): readonly Conjunction[] => {
  const branches = isArray(value) && value.every(isObject) ? value : [];
  if (branches.length < 2) throw new EventPatternError(path, '$or must be an array of two objects or more');
  return branches.flatMap((branch) => parseObject(branch, path, true));
};

const combine = (left: readonly Conjunction[], right: readonly Conjunction[], path: string): readonly Conjunction[] => {
  if (left.length * right.length > conjunctionsMax)
    throw new EventPatternError(path, `$or makes more than ${conjunctionsMax} combinations`);
  return left.flatMap((some) =>
    right.map((others) => {
      const twice = others.find((other) => some.some((it) => it.path === other.path));
      if (twice) throw new EventPatternError(twice.path, 'is given twice');
      return [...some, ...others];
    }),
  );
};

const inOrderOfName = (conditions: Conjunction): Conjunction =>
  conditions.toSorted((left, right) => (left.path < right.path ? -1 : 1));

/** Which element of which array, by the array's number. */
type Elements = ReadonlyMap<number, number>;

const noElements: Elements = new Map();

interface Field {
  readonly value: Scalar;
  readonly elements: Elements;
}

type Fields = ReadonlyMap<string, readonly Field[]>;

/** The scalars of an event by their dotted names. Arrays leave no trace in a name; their elements are told apart. */
const flatten = (event: JsonObject): Fields => {
  const fields = new Map<string, Field[]>();
  let arrays = 0;
  const visit = (value: Json, path: string, elements: Elements): void => {
    if (isArray(value)) {
      const array = arrays++;
      for (const [i, it] of value.entries())
        visit(it, path, isScalar(it) ? elements : new Map([...elements, [array, i]]));
    } else if (isObject(value)) {
      for (const [name, member] of Object.entries(value))
        visit(member, path === '' ? name : `${path}.${name}`, elements);
    } else {
      const sameName = fields.get(path);
      if (sameName) sameName.push({ value, elements });
      else fields.set(path, [{ value, elements }]);
    }
  };
  visit(event, '', noElements);
  return fields;
};

const isScalar = (value: Json): value is Scalar => typeof value !== 'object' || value === null;

/** Looks for one field a condition, all of them in the same elements of the arrays that they share. */
const matchesAll = (conditions: Conjunction, fields: Fields, chosen: Elements): boolean => {
  const [condition, ...rest] = conditions;
  if (condition === undefined) return true;
  const candidates = (fields.get(condition.path) ?? []).filter((it) => isConsistent(it.elements, chosen));
  const acceptsAbsence = condition.matchers.some((it) => it.kind === 'absent');
  if (candidates.length === 0 && acceptsAbsence && matchesAll(rest, fields, chosen)) return true;
  return candidates.some(
    ({ value, elements }) =>
      condition.matchers.some((it) => it.kind === 'value' && it.matches(value)) &&
      matchesAll(rest, fields, new Map([...chosen, ...elements])),
  );
};

const isConsistent = (elements: Elements, chosen: Elements): boolean =>
  [...elements].every(([array, i]) => !chosen.has(array) || chosen.get(array) === i);
