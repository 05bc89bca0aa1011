/**
 * What the page shows, as the part of its address behind `#`: so that every view can be linked to, kept and gone back to,
 * from wherever the page is served. An address that is none leads to the first page. Pure.
 */

export type Route =
  | { readonly page: 'regions' }
  | { readonly page: 'orders'; readonly query: Query }
  | { readonly page: 'order'; readonly orderId: string; readonly query: Query }
  | { readonly page: 'cases'; readonly query: Query }
  | { readonly page: 'case'; readonly caseId: string; readonly query: Query };

export type PageName = Route['page'];

/** By name; what is empty is not there. */
export type Query = Readonly<Record<string, string>>;

export const parseRoute = (hash: string): Route => {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const query: Query = Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== ''));
  const [page, id] = path.split('/').map(decode);
  if (page === 'orders') return id ? { page: 'order', orderId: id, query } : { page: 'orders', query };
  if (page === 'cases') return id ? { page: 'case', caseId: id, query } : { page: 'cases', query };
  return { page: 'regions' };
};

export const formatRoute = (route: Route): string => {
  switch (route.page) {
    case 'regions':
      return '#/';
    case 'orders':
    case 'cases':
      return `#/${route.page}${formatQuery(route.query)}`;
    case 'order':
      return `#/orders/${encodeURIComponent(route.orderId)}${formatQuery(route.query)}`;
    case 'case':
      return `#/cases/${encodeURIComponent(route.caseId)}${formatQuery(route.query)}`;
  }
};

const formatQuery = (query: Query): string => {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given))}`;
};

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
