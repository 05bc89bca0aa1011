/**
 * What counts as a ULID in the ledger: exactly the canonical spelling, so that order of text is order of ids.
 *
 * Looser readers accept lower case and a first digit above 7; those would sort wrongly, or hold no time at all.
 */
export const isUlid = (text: string): boolean => ulidPattern.test(text);

export const ulidAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const ulidPattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
