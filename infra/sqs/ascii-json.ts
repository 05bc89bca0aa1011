/**
 * JSON in ASCII alone. SQS refuses some characters in any text (U+FFFE, U+FFFF, most control characters), and emulators
 * refuse more; escaped they mean the same to every reader of JSON.
 */
export const toAsciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007F-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
