import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from '../support/browser.ts';
import { useDeployedDashboard } from '../support/deployed-dashboard.ts';
import { accessTokenSeconds } from '../support/identity-provider.ts';
import { decide, placeOrder, recordFact } from '../support/world-client.ts';

const refused = /status of 40[013]/;

/** As API Gateway's own authorizer answers, before the function is asked. */
const unauthenticated = {
  status: 401,
  headers: { 'access-control-allow-origin': '*', 'www-authenticate': 'Bearer' },
  json: { message: 'Unauthorized' },
};

describeInBrowser('signing in to the dashboard', () => {
  const browser = useBrowser();
  const { origin, apiUrl, provider, shop, caughtUp } = useDeployedDashboard({
    reviewer: ['orders:read', 'reviews:decide'],
    reader: ['orders:read'],
  });
  /** Shipped after it was cancelled, so somebody has to decide. */
  let caseId = '';

  beforeAll(async () => {
    await placeOrder(shop(), 'order-1');
    await decide(shop(), 'order-1', 'OrderCancelled');
    await recordFact(shop(), 'order-1', { type: 'OrderShipped', source: 'carrier' });
    await caughtUp();
    caseId = await firstCase();
  });

  const firstCase = async (): Promise<string> => {
    const headers = { authorization: `Bearer ${await provider().issue('reader')}` };
    const { cases } = (await (await fetch(`${apiUrl()}/cases`, { headers })).json()) as {
      readonly cases: readonly { readonly caseId: string }[];
    };
    return cases[0]?.caseId ?? '';
  };

  /** From the page that was asked for, by the provider, and back. */
  const signIn = async (page: Page, person: string, hash = '#/orders?status=cancelled'): Promise<void> => {
    await page.goto(`${origin()}/${hash}`);
    await page.getByRole('link', { name: person, exact: true }).click();
    await page.getByRole('button', { name: /^Sign out/ }).waitFor();
  };

  /** On the case, having typed a reason. */
  const signInUntilItEnds = async (page: Page, person: string, reason: string): Promise<void> => {
    await page.clock.install();
    provider().giving.refreshTokens = false;
    await signIn(page, person, `#/cases/${caseId}`);
    provider().giving.refreshTokens = true;
    await page.getByRole('textbox').first().fill(reason);
    await page.clock.fastForward(accessTokenSeconds * 1_000);
    await waitForText(page, 'Your session has ended. Sign in again');
  };

  const tokensOf = (page: Page): ReadonlySet<string> => {
    const tokens = new Set<string>();
    page.on('request', (request) => {
      const { authorization } = request.headers();
      if (authorization !== undefined) tokens.add(authorization);
    });
    return tokens;
  };

  const waitForText = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

  it('leads to the identity provider and back to the page that was asked for, with what the region lets them see', async () => {
    const page = await browser.openPage();

    await signIn(page, 'reader');

    expect(page.url()).toBe(`${origin()}/#/orders?status=cancelled`);
    await page.getByRole('link', { name: 'order-1' }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Sign out reader' }).count()).toBe(1);
  });

  it('keeps no token where another page or program could find it', async () => {
    const page = await browser.openPage();
    await signIn(page, 'reader');

    const { origins, cookies } = await page.context().storageState({ indexedDB: true });
    expect(origins).toEqual([]);
    expect(cookies.filter(({ value }) => value.includes('eyJ'))).toEqual([]);
    expect(await page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}');
  });

  it('offers to decide to who may decide, and to nobody else', async () => {
    const page = await browser.openPage();
    await signIn(page, 'reader', `#/cases/${caseId}`);
    await waitForText(page, 'You can read this case, not decide it');
    expect(await page.getByRole('textbox').count()).toBe(0);

    const other = await browser.openPage();
    await signIn(other, 'reviewer', `#/cases/${caseId}`);
    await other.getByRole('textbox').first().waitFor();
  });

  it('lets the region refuse whoever asks anyway, with the token that the page has', async () => {
    const page = await browser.openPage({ expected: [refused] });
    const asked = page.waitForRequest(
      (request) => request.url().startsWith(`${apiUrl()}/cases/`) && request.method() === 'GET',
    );
    await signIn(page, 'reader', `#/cases/${caseId}`);
    const { authorization = '' } = (await asked).headers();

    const answer = await page.evaluate(
      async ({ url, headers }) => {
        const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ reason: 'I want to' }) });
        return {
          status: response.status,
          region: response.headers.get('rejoin-region'),
          problem: await response.json(),
        };
      },
      {
        url: `${apiUrl()}/cases/${caseId}/resolution`,
        headers: {
          authorization,
          'content-type': 'application/json',
          'idempotency-key': 'key-1',
          'if-match': '"us-east-1:3"',
        },
      },
    );

    expect(answer).toMatchObject({
      status: 403,
      region: 'us-east-1',
      problem: { type: 'urn:rejoin:problem:not-allowed', scope: 'reviews:decide' },
    });
  });

  it('renews what is about to end without a word', async () => {
    const page = await browser.openPage();
    await page.clock.install();
    const tokens = tokensOf(page);
    await signIn(page, 'reader');

    for (const count of [1, 2, 3]) {
      await expect.poll(() => tokens.size, { timeout: 20_000 }).toBe(count);
      await page.clock.fastForward(accessTokenSeconds * 1_000);
    }

    expect(await page.getByText('Your session has ended').count()).toBe(0);
    await page.getByRole('link', { name: 'order-1' }).first().waitFor();
  });

  it('asks with a new token when a region does not take the last', async () => {
    const page = await browser.openPage({ expected: [refused] });
    await page.clock.install();
    const tokens = tokensOf(page);
    await signIn(page, 'reader');
    await expect.poll(() => tokens.size, { timeout: 20_000 }).toBe(1);
    const [last] = tokens;

    await page.route(`${apiUrl()}/**`, (route) =>
      route.request().headers()['authorization'] === last ? route.fulfill(unauthenticated) : route.continue(),
    );
    await page.clock.fastForward(60_000);

    await expect.poll(() => tokens.size, { timeout: 20_000 }).toBe(2);
    await page.waitForResponse((response) => response.url().startsWith(`${apiUrl()}/orders`) && response.ok());
    expect(await page.getByText('Your session has ended').count()).toBe(0);
  });

  it('keeps what somebody types when their session ends, and lets them sign in again beside it', async () => {
    const page = await browser.openPage();
    await signInUntilItEnds(page, 'reviewer', 'The parcel is back');

    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByRole('button', { name: 'Sign in again' }).waitFor({ state: 'detached' });

    expect(await page.getByRole('textbox').first().inputValue()).toBe('The parcel is back');
    await page.waitForResponse((response) => response.url().includes('/cases/') && response.ok());
  });

  it('does not go on as somebody else', async () => {
    const page = await browser.openPage();
    await signInUntilItEnds(page, 'reviewer', 'The parcel is back');

    // Whoever signed out at the provider is asked who they are.
    await page.context().clearCookies();
    const opened = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await (await opened).getByRole('link', { name: 'reader', exact: true }).click();

    await page.getByRole('button', { name: 'Sign out reader' }).waitFor();
    await waitForText(page, 'You can read this case, not decide it');
  });

  it('says in the ended session why signing in again failed', async () => {
    const page = await browser.openPage();
    await signInUntilItEnds(page, 'reviewer', 'The parcel is back');

    await page.context().clearCookies();
    const opened = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await (await opened).getByRole('link', { name: 'nobody', exact: true }).click();

    await waitForText(page, 'The identity provider let nobody in: access_denied');
    expect(await page.getByRole('textbox').first().inputValue()).toBe('The parcel is back');
  });

  it('says why the provider let nobody in, as text, and lets them try again', async () => {
    const page = await browser.openPage();
    await page.goto(`${origin()}/#/orders`);
    await page.getByRole('link', { name: 'nobody' }).click();

    await waitForText(page, 'The identity provider let nobody in: access_denied, Nobody was <b>chosen</b>.');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'reader' }).click();
    await page.getByRole('button', { name: 'Sign out reader' }).waitFor();
    expect(page.url()).toBe(`${origin()}/#/orders`);
  });

  it.each([
    ['that it did not ask for', '?code=stolen&state=invented'],
    ['that says there is an error', '?error=server_error&state=invented'],
  ])('takes no answer %s', async (_, search) => {
    const page = await browser.openPage();
    await page.goto(`${origin()}/#/orders`);
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();

    await page.goto(`${origin()}/${search}`);

    await waitForText(page, 'This sign-in was not begun by this page, or was used before. Nobody was signed in.');
    expect(page.url()).toBe(`${origin()}/`);
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(1);
  });

  it('takes no answer twice', async () => {
    const page = await browser.openPage();
    const answered = page.waitForRequest((request) => request.url().startsWith(`${origin()}/?code=`));
    await signIn(page, 'reader');
    const url = (await answered).url();

    await page.goto(url);

    await waitForText(page, 'This sign-in was not begun by this page, or was used before.');
    expect(page.url()).toBe(`${origin()}/`);
  });

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, /^The dashboard could not start. Signing in .*"iss"/],
    ['that leaves the issuer out', { iss: '' }, /^The dashboard could not start. Signing in .*"iss"/],
    ['with a code that somebody else got', {}, 'The identity provider does not take this sign-in'],
  ])('takes no answer %s, though it was asked', async (_, given, sentence) => {
    const page = await browser.openPage({ expected: [refused] });
    const asked = page.waitForRequest((request) => request.url().startsWith(`${provider().trust.issuer}/auth?`));
    await page.goto(`${origin()}/#/orders`);
    const state = new URL((await asked).url()).searchParams.get('state') ?? '';
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();

    await page.goto(
      `${origin()}/?${new URLSearchParams({ code: 'c', state, iss: provider().trust.issuer, ...given })}`,
    );

    await waitForText(page, sentence);
    expect(await page.getByRole('button', { name: /Sign out/ }).count()).toBe(0);
  });

  it('says when the provider cannot be reached', async () => {
    const page = await browser.openPage({ expected: [/ERR_FAILED/] });
    await page.route('**/.well-known/openid-configuration', (route) => route.abort());

    await page.goto(`${origin()}/#/orders`);

    await waitForText(page, 'The identity provider did not answer, or does not let pages of this address ask it.');
    await page.unroute('**/.well-known/openid-configuration');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  });

  it('signs out of the provider, too, and does not come back by itself', async () => {
    const page = await browser.openPage();
    await signIn(page, 'reader');

    await page.getByRole('button', { name: 'Sign out reader' }).click();
    await page.getByRole('button', { name: 'Sign me out' }).click();

    await waitForText(page, 'You are signed out.');
    expect(page.url()).toBe(`${origin()}/`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  });
});
