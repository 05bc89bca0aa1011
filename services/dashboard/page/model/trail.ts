/**
 * Cursors of the pages of a list from where paging began up to the one that is shown, since the API only pages forwards. A
 * page that somebody was sent a link to begins its own. Pure.
 */
export type Trail = readonly (string | undefined)[];

export const followTrail = (trail: Trail, cursor: string | undefined): Trail => {
  if (cursor === undefined) return [undefined];
  const at = trail.indexOf(cursor);
  return at < 0 ? [cursor] : trail.slice(0, at + 1);
};
