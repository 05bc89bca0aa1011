/** What a client may use as a key of its own, wherever it stands in a request: what a header can carry. */
export const idempotencyKeyPattern = /^[\x20-\x7e]{1,255}$/;

export const idempotencyKeyRule = 'Use 1 to 255 printable ASCII characters.';
