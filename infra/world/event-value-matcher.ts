/**
 * One value of an event pattern: something literal, or a comparison such as `{"prefix": "us-"}`.
 *
 * A value that is no string meets no comparison of strings; `anything-but` takes every value there is but those named,
 * of whatever type. Comparisons of strings become regular expressions, so that all share one meaning of letter case.
 */
import { BlockList, isIP } from 'node:net';
import { isArray, isObject, type Json, type Scalar } from './event-json.ts';

export type ValueMatcher =
  | { readonly kind: 'value'; readonly matches: (value: Scalar) => boolean }
  /** The field is not there. */
  | { readonly kind: 'absent' };

/** Returns what is wrong with it where it is no such value. */
export const parseValueMatcher = (value: Json): ValueMatcher | string => {
  if (isArray(value)) return 'an array inside an array is not allowed';
  if (!isObject(value)) return matching(literal(value));
  const [member, ...others] = Object.entries(value);
  if (member === undefined || others.length > 0) return 'a comparison has exactly one operator';
  const [operator, operand] = member;
  const parse = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  return parse ? parse(operand) : `unknown operator ${operator}`;
};

/** What cannot be a field inside `$or`: the operators there are, and those that EventBridge keeps for later. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

type Test = (value: Scalar) => boolean;
type Parse = (operand: Json) => ValueMatcher | string;

const matching = (matches: Test): ValueMatcher => ({ kind: 'value', matches });

/** Two ways to write one IP address are equal, too. */
const literal = (expected: Scalar): Test => {
  const address = typeof expected === 'string' ? blockOf(expected) : undefined;
  return (value) => value === expected || (address !== undefined && isInBlock(address, value));
};

const parseExists: Parse = (operand) => {
  if (typeof operand !== 'boolean') return 'exists must be true or false';
  return operand ? matching(() => true) : { kind: 'absent' };
};

const parsePrefix: Parse = (operand) => {
  if (isObject(operand)) return ignoringCase(operand, (text) => `^${anyCase(text)}`, 'prefix');
  return typeof operand === 'string' ? matching(text(`^${escaped(operand)}`)) : 'prefix must be a string';
};

const parseSuffix: Parse = (operand) => {
  if (isObject(operand)) return ignoringCase(operand, (text) => `${anyCase(text)}$`, 'suffix');
  return typeof operand === 'string' ? matching(text(`${escaped(operand)}$`)) : 'suffix must be a string';
};

const ignoringCase = (
  operand: { readonly [name: string]: Json },
  toSource: (text: string) => string,
  operator: string,
): ValueMatcher | string => {
  const expected = operand['equals-ignore-case'];
  return typeof expected === 'string' && Object.keys(operand).length === 1
    ? matching(text(toSource(expected)))
    : `${operator} takes a string or equals-ignore-case with a string`;
};

const parseEqualsIgnoreCase: Parse = (operand) =>
  typeof operand === 'string' ? matching(text(`^${anyCase(operand)}$`)) : 'equals-ignore-case must be a string';

const parseWildcard: Parse = (operand) => {
  if (typeof operand !== 'string') return 'wildcard must be a string';
  const source = wildcardSource(operand);
  return source.kind === 'source' ? matching(text(source.source)) : source.problem;
};

const parseCidr: Parse = (operand) => {
  const [address = '', bits = '', ...rest] = typeof operand === 'string' ? operand.split('/') : [];
  const bitsMax = isIP(address) === 4 ? 31 : 127;
  if (isIP(address) === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > bitsMax)
    return 'cidr must be an IP address with fewer mask bits than it has, such as 10.0.0.0/8';
  const block = blockOf(address, Number(bits));
  return matching((value) => block !== undefined && isInBlock(block, value));
};

/** One comparison, or a lower and an upper bound in this order. */
const parseNumeric: Parse = (operand) => {
  const terms = isArray(operand) ? operand : [];
  const [operator, bound, upperOperator, upperBound] = terms;
  const compare = comparisons[String(operator)];
  if (compare === undefined || typeof bound !== 'number')
    return `numeric must be such as ["=", 5] or [">", 0, "<=", 5]`;
  if (terms.length === 2) return matching((value) => typeof value === 'number' && compare(value, bound));
  const compareUpper = comparisons[String(upperOperator)];
  const isRange =
    terms.length === 4 && ['>', '>='].includes(String(operator)) && ['<', '<='].includes(String(upperOperator));
  if (!isRange || compareUpper === undefined || typeof upperBound !== 'number' || bound >= upperBound)
    return 'a numeric range is a lower bound and then a larger upper bound';
  return matching((value) => typeof value === 'number' && compare(value, bound) && compareUpper(value, upperBound));
};

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

const parseAnythingBut: Parse = (operand) => {
  if (isObject(operand)) return parseAnythingButComparison(operand);
  const values = isArray(operand) ? operand : [operand];
  const types = new Set(values.map((it) => typeof it));
  if (types.size !== 1 || !(types.has('string') || types.has('number')))
    return 'anything-but takes strings only or numbers only';
  return matching((value) => !values.includes(value));
};

const parseAnythingButComparison = (operand: { readonly [name: string]: Json }): ValueMatcher | string => {
  const [operator = '', ...others] = Object.keys(operand);
  if (others.length > 0 || !negatable.has(operator))
    return `anything-but takes no ${[operator, ...others].join(' and ') || 'empty object'}`;
  const value = operand[operator] as Json;
  const excluded: Test[] = [];
  for (const it of isArray(value) ? value : [value]) {
    if (typeof it !== 'string') return `anything-but ${operator} takes strings`;
    if (it === '' && (operator === 'prefix' || operator === 'suffix'))
      return `an empty ${operator} excludes everything`;
    const parsed = parseValueMatcher({ [operator]: it });
    if (typeof parsed === 'string') return parsed;
    if (parsed.kind === 'value') excluded.push(parsed.matches);
  }
  return excluded.length === 0
    ? 'an empty array is not allowed'
    : matching((it) => !excluded.some((isExcluded) => isExcluded(it)));
};

const negatable: ReadonlySet<string> = new Set(['prefix', 'suffix', 'equals-ignore-case', 'wildcard']);

const operators: Readonly<Record<string, Parse>> = {
  exists: parseExists,
  prefix: parsePrefix,
  suffix: parseSuffix,
  'equals-ignore-case': parseEqualsIgnoreCase,
  wildcard: parseWildcard,
  'anything-but': parseAnythingBut,
  numeric: parseNumeric,
  cidr: parseCidr,
};

const text = (source: string): Test => {
  const pattern = new RegExp(source, 's');
  return (value) => typeof value === 'string' && pattern.test(value);
};

const escaped = (literalText: string): string => literalText.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Letter by letter, since some grow when their case changes. */
const anyCase = (literalText: string): string =>
  literalText
    .split('')
    .map((letter) => `(?:${escaped(letter.toLowerCase())}|${escaped(letter.toUpperCase())})`)
    .join('');

type WildcardSource =
  | { readonly kind: 'source'; readonly source: string }
  | { readonly kind: 'mistake'; readonly problem: string };

/** `*` is any text, `\*` and `\\` are themselves. */
const wildcardSource = (wildcard: string): WildcardSource => {
  const tokens = wildcard.match(/\\.|[^\\]|\\$/gs) ?? [];
  if (tokens.some((token, i) => token === '*' && tokens[i + 1] === '*'))
    return { kind: 'mistake', problem: 'wildcard must not have two * in a row' };
  if (tokens.some((token) => token.startsWith('\\') && token !== '\\*' && token !== '\\\\'))
    return { kind: 'mistake', problem: 'wildcard takes a backslash before * and \\ only' };
  const parts = tokens.map((token) => (token === '*' ? '.*' : escaped(token.length === 2 ? token.slice(1) : token)));
  return { kind: 'source', source: `^${parts.join('')}$` };
};

const blockOf = (address: string, bits?: number): BlockList | undefined => {
  const family = familyOf(address);
  if (family === undefined) return undefined;
  const block = new BlockList();
  if (bits === undefined) block.addAddress(address, family);
  else block.addSubnet(address, bits, family);
  return block;
};

const isInBlock = (block: BlockList, value: Scalar): boolean => {
  const family = typeof value === 'string' ? familyOf(value) : undefined;
  return family !== undefined && block.check(value as string, family);
};

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined => {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
};
