/** How many, as people say it. Pure. */

export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

export const timesText = (times: number): string => (times === 1 ? 'once' : `${times.toLocaleString()} times`);
