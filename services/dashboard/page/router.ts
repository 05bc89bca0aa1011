/** Follows the page's address, and changes it. */
import { useEffect, useState } from 'preact/hooks';
import { formatRoute, parseRoute, type Route } from './model/route.ts';

export const useRoute = (): Route => {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
};

/** As if a link had been followed. */
export const goTo = (route: Route): void => {
  location.hash = formatRoute(route);
};

/**
 * The same without a step to go back by, for what changes while somebody looks around on one page. Browsers let a page do so
 * some 200 times in ten seconds, so where it leads nowhere else it is not done.
 */
export const replaceRoute = (route: Route): void => {
  const hash = formatRoute(route);
  if (location.hash !== hash) location.replace(hash);
};
