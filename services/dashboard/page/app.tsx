/** The frame of every page: where one is, which region is read from, who looks, and the page itself. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageConfig } from '../page-config.ts';
import { createOrderApi } from './api/order-api.ts';
import { SessionEndedNote } from './components/session-notes.tsx';
import { later } from './later.tsx';
import { openLive } from './live/live.ts';
import { useWorld } from './live/use-world.ts';
import { formatRoute, type PageName, type Route } from './model/route.ts';
import { type Place, PlaceContext, usePlace } from './place.ts';
import { useRoute } from './router.ts';
import type { Session } from './session/session.ts';

export interface AppProps {
  readonly config: PageConfig;
  readonly session: Session;
}

export const App = ({ config, session }: AppProps) => {
  const [region, chooseRegion] = useState(config.regions[0]?.name ?? '');
  const live = useMemo(() => openLive(config.live), [config]);
  useEffect(() => live.stop, [live]);
  const apis = useMemo(
    () => config.regions.map(({ name, apiUrl }) => createOrderApi(name, apiUrl, session)),
    [config, session],
  );
  const api = apis.find((it) => it.region === region) ?? apis[0];
  if (!api) throw new Error('the configuration names no region');
  const place: Place = { config, session, live, apis, api, chooseRegion };
  const route = useRoute();
  return (
    <PlaceContext.Provider value={place}>
      <button type="button" class="skip" onClick={focusMain}>
        Skip to the page
      </button>
      <Header route={route} />
      <SessionEndedNote />
      <Main route={route} />
    </PlaceContext.Provider>
  );
};

/** A link would do, had the page's address not another use. */
const focusMain = (): void => document.getElementById('main')?.focus();

const Main = ({ route }: { readonly route: Route }) => {
  const main = useRef<HTMLElement>(null);
  const address = addressOf(route);
  const shown = useRef(address);
  useEffect(() => {
    document.title = `${titles[route.page]} · Rejoin`;
    // A reader of the screen hears of the new page; the first one it hears of by itself.
    if (shown.current !== address) main.current?.focus();
    shown.current = address;
  }, [address, route.page]);
  return (
    <main id="main" tabIndex={-1} ref={main}>
      {pageOf(route)}
    </main>
  );
};

/** Of the page, whatever is chosen on it. */
const addressOf = (route: Route): string => formatRoute({ ...route, query: {} } as Route);

const titles: Readonly<Record<PageName, string>> = {
  regions: 'Regions',
  orders: 'Orders',
  order: 'Order',
  cases: 'Cases',
  case: 'Case',
};

const RegionsPage = later(async () => (await import('./regions/regions-page.tsx')).RegionsPage);
const OrdersPage = later(async () => (await import('./orders/orders-page.tsx')).OrdersPage);
const OrderPage = later(async () => (await import('./orders/order-page.tsx')).OrderPage);
const CasesPage = later(async () => (await import('./cases/cases-page.tsx')).CasesPage);
const CasePage = later(async () => (await import('./cases/case-page.tsx')).CasePage);

const pageOf = (route: Route) => {
  switch (route.page) {
    case 'regions':
      return <RegionsPage />;
    case 'orders':
      return <OrdersPage query={route.query} />;
    case 'order':
      return <OrderPage key={route.orderId} orderId={route.orderId} query={route.query} />;
    case 'cases':
      return <CasesPage query={route.query} />;
    case 'case':
      return <CasePage key={route.caseId} caseId={route.caseId} query={route.query} />;
  }
};

const Header = ({ route }: { readonly route: Route }) => {
  const world = useWorld();
  return (
    <header class="top">
      <a class="brand" href="#/" aria-label="Rejoin, to the regions">
        <img src="icon.svg" alt="" width="24" height="24" />
        Rejoin
      </a>
      <nav aria-label="Pages">
        <NavLink to={{ page: 'regions' }} isHere={route.page === 'regions'} />
        <NavLink to={{ page: 'orders', query: {} }} isHere={route.page === 'orders' || route.page === 'order'} />
        <NavLink to={{ page: 'cases', query: {} }} isHere={route.page === 'cases' || route.page === 'case'} />
        {world?.hasReport && <a href="/world/report">Report</a>}
      </nav>
      <div class="choices">
        <RegionChoice />
        <Account />
      </div>
    </header>
  );
};

const NavLink = ({ to, isHere }: { readonly to: Route; readonly isHere: boolean }) => (
  <a href={formatRoute(to)} aria-current={isHere ? 'page' : undefined}>
    {titles[to.page]}
  </a>
);

const RegionChoice = () => {
  const { apis, api, chooseRegion } = usePlace();
  return (
    <label>
      Read from{' '}
      <select value={api.region} onChange={({ currentTarget }) => chooseRegion(currentTarget.value)}>
        {apis.map(({ region }) => (
          <option key={region}>{region}</option>
        ))}
      </select>
    </label>
  );
};

const Account = () => {
  const { session } = usePlace();
  const { roles, signOut } = session;
  return (
    <>
      {roles && (
        <label>
          Signed in as{' '}
          <select value={roles.chosen} onChange={({ currentTarget }) => roles.choose(currentTarget.value)}>
            {roles.names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      {signOut && (
        <button type="button" onClick={signOut}>
          Sign out {session.subject}
        </button>
      )}
    </>
  );
};
