/**
 * The dashboard of a real world in a real browser: the bad day on one screen, orders that mean harm, and everybody who does
 * not look at a large bright screen with a mouse in hand.
 */
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { findViolations } from '../support/axe.ts';
import { describeInBrowser, useBrowser } from '../support/browser.ts';
import { type DashboardWorld, useDashboardWorld } from '../support/dashboard-world.ts';
import { untilCase, untilState } from '../support/review-world.ts';

const waitMs = 30_000;

const script = '<script>broken = 1</script><img src=x onerror="broken=1">';
const backwards = 'safe\u202egnp.exe\u2067 still safe';
const emoji = '👩‍👩‍👧‍👦'.repeat(2);
const hostile = [script, backwards, emoji, 'Z̸̡̢̛̗̘̙a̵l̶g̷o', '{{constructor.constructor("broken=1")()}}'] as const;

describeInBrowser('the dashboard of a world', () => {
  const standing = useDashboardWorld();
  const { openPage } = useBrowser();
  /** Of an order whose address was changed in both regions at once. */
  let disputed = '';
  beforeAll(async () => {
    disputed = await makeHostileDispute(standing());
  });

  afterEach(() => standing().world.heal());

  it('shows the partition, the case as it appears, and its end in both regions, by keyboard alone', async () => {
    const { url, world, inUs, inEu, drain } = standing();
    await inUs.place('torn');
    await inUs.record('torn', 'PaymentCaptured', 'psp', { amount: 4_990 });
    await drain();

    const page = await openPage();
    await page.goto(`${url}/#/`);
    for (const [from, to] of [
      [inUs.name, inEu.name],
      [inEu.name, inUs.name],
    ]) {
      await reach(page, page.getByRole('checkbox', { name: `Cut ${from} → ${to}` }));
      await page.keyboard.press('Space');
    }
    await expect.poll(() => world.faults().length, { timeout: waitMs }).toBe(2);

    await inUs.record('torn', 'OrderPacked', 'warehouse');
    await inUs.record('torn', 'OrderShipped', 'carrier', { carrier: 'dhl', trackingId: 'T1' });
    await inEu.decide('torn', 'OrderCancelled', { reason: 'too late' });
    await reach(page, page.getByRole('button', { name: 'Heal all' }));
    await page.keyboard.press('Enter');
    await reach(page, page.getByRole('link', { name: 'Cases', exact: true }));
    await page.keyboard.press('Enter');

    // Nothing reloads the page: what is marked now would be gone.
    await page.evaluate(() => Object.assign(globalThis, { isSameDocument: true }));
    const link = page.getByRole('row', { name: /torn/ }).getByRole('link').first();
    await link.waitFor({ timeout: waitMs });
    const caseId = await untilCase(inUs, 'torn');
    await reach(page, link);
    await page.keyboard.press('Enter');

    await reach(page, page.getByRole('group', { name: 'Outcome' }).getByRole('radio').first());
    await arrowTo(page, page.getByRole('radio', { name: /cancelled/i }).last());
    await reach(page, page.getByRole('textbox', { name: 'Reason' }));
    await page.keyboard.type('the parcel comes back');
    await reach(page, page.getByRole('button', { name: /^Decide/ }));
    await page.keyboard.press('Enter');
    await reach(page, page.getByRole('button', { name: 'Store this decision' }));
    await page.keyboard.press('Enter');

    for (const desk of [inUs, inEu])
      await page
        .getByRole('row', { name: desk.name })
        .getByText(/^settled/i)
        .first()
        .waitFor({ timeout: waitMs });
    expect(await page.evaluate(() => 'isSameDocument' in globalThis)).toBe(true);
    for (const desk of [inUs, inEu])
      expect((await desk.show(caseId)).body).toMatchObject({
        state: 'settled',
        decisions: [{ reason: 'the parcel comes back', status: 'cancelled', stands: true }],
      });
  });

  it.each([
    ['wide and light', { viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
    ['on a phone and dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ] as const)('can be used by everybody, %s', async (_, look) => {
    const { url } = standing();
    const page = await openPage({ ...look, bypassCSP: true });
    for (const hash of [
      '',
      'orders',
      'orders?status=placed',
      'orders/hostile',
      'cases',
      `cases/${disputed}?order=hostile`,
    ]) {
      await show(page, `${url}/#/${hash}`);
      expect(await findViolations(page), hash).toEqual([]);
      expect(await overflowOf(page), hash).toBe(0);
    }
  });

  it('shows what means harm as text, and nothing of it is obeyed', async () => {
    const { url } = standing();
    const page = await openPage({ viewport: { width: 390, height: 844 } });
    for (const hash of ['orders/hostile', `cases/${disputed}?order=hostile`]) {
      await show(page, `${url}/#/${hash}`);
      for (const text of hostile) await page.getByText(text, { exact: false }).first().waitFor({ state: 'attached' });
      expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
      expect(await page.locator('#app script, #app img[onerror]').count()).toBe(0);
      expect(await bidiOf(page.getByText(backwards).first())).toMatch(/^isolate/);
      expect(await overflowOf(page)).toBe(0);
    }
  });

  it('takes a hostile reason, and says it again as it was written', async () => {
    const { url, inUs, inEu, drain } = standing();
    const reason = hostile.join('\n');
    const page = await openPage();
    await show(page, `${url}/#/cases/${disputed}?order=hostile`);
    await page.getByRole('group', { name: 'Outcome' }).getByRole('radio').last().check();
    await page.getByRole('textbox', { name: 'Reason' }).fill(reason);
    await page.getByRole('button', { name: /^Decide/ }).click();
    await page.getByRole('button', { name: 'Store this decision' }).click();
    await page.getByText('Decided and stored.').waitFor({ timeout: waitMs });
    await drain();

    for (const desk of [inUs, inEu]) await untilState(desk, disputed, 'settled');
    await show(page, `${url}/#/cases/${disputed}?order=hostile`);
    await page.getByText(script).first().waitFor();
    expect((await inEu.show(disputed)).body.decisions).toMatchObject([{ reason }]);
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
  });

  it('cuts a text of 100 kB until somebody asks for the rest', async () => {
    const { url } = standing();
    const note = script.repeat(Math.ceil(100_000 / script.length));
    const page = await openPage({ viewport: { width: 390, height: 844 } });
    // No field of the lifecycle holds as much; one of somebody's own may.
    await page.route(/\/orders\/hostile$/, async (route) => {
      const answer = await route.fetch();
      const order = (await answer.json()) as { readonly fields: object };
      await route.fulfill({ response: answer, json: { ...order, fields: { ...order.fields, note } } });
    });
    await show(page, `${url}/#/orders/hostile`);
    const more = page
      .getByRole('button', { name: `show all ${note.length.toLocaleString('en-US')} characters` })
      .first();
    await more.waitFor();
    expect((await page.locator('main').innerText()).length).toBeLessThan(20_000);
    await more.click();
    await expect.poll(async () => (await page.locator('main').innerText()).length).toBeGreaterThan(100_000);
    expect(await overflowOf(page)).toBe(0);
    // The page asks again and again: one of these may be on its way when it is closed.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  it('says that a region is out, and how old is what it shows of it', async () => {
    const { url, world, inEu } = standing();
    const page = await openPage({ expected: [/503/] });
    await show(page, `${url}/#/orders/hostile`);
    await world.setFault({ kind: 'outage', from: inEu.name });
    await page
      .getByText(/does not say/)
      .first()
      .waitFor({ timeout: waitMs });
    await show(page, `${url}/#/`);
    await page.getByRole('alert').getByText(inEu.name).first().waitFor({ timeout: waitMs });
    await world.heal();
    await page
      .getByRole('alert')
      .getByText(`${inEu.name} does not answer`)
      .waitFor({ state: 'hidden', timeout: waitMs });
  });

  it('shows a reader no way to decide, and the API lets none', async () => {
    const { url, inUs } = standing();
    const caseId = await untilCase(inUs, 'waiting');
    const page = await openPage({ expected: [/403/] });
    await show(page, `${url}/#/cases/${caseId}?order=waiting`);
    await page.getByRole('button', { name: /^Decide/ }).waitFor();
    await page.getByRole('combobox', { name: 'Signed in as' }).selectOption('Reader');
    await page.getByText('reviews:decide').waitFor({ timeout: waitMs });
    expect(await page.getByRole('button', { name: /^Decide/ }).count()).toBe(0);

    const status = await page.evaluate(async (path) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'reader-tries' };
      const grant = { scopes: ['orders:read'], tenant: 'default', subject: 'reader', expiresInSeconds: 60 };
      const issued = await fetch('/world/tokens', { method: 'POST', headers, body: JSON.stringify(grant) });
      const { token } = (await issued.json()) as { readonly token: string };
      const body = JSON.stringify({ outcome: {}, reason: 'because', order: 'waiting' });
      return (await fetch(path, { method: 'POST', headers: { ...headers, authorization: `Bearer ${token}` }, body }))
        .status;
    }, `/regions/${inUs.name}/cases/${caseId}/resolution`);
    expect(status).toBe(403);
  });

  it('plays order traffic, and counts what was taken', async () => {
    const { url } = standing();
    const page = await openPage();
    await show(page, `${url}/#/`);
    await page.getByRole('button', { name: /^Play|^Start/ }).click();
    await expect.poll(() => playedOf(url), { timeout: waitMs }).toBeGreaterThan(5);
    await page.getByRole('button', { name: /^Stop/ }).click();
    await page.getByRole('button', { name: /^Play|^Start/ }).waitFor({ timeout: waitMs });
  });
});

/** Two orders: one that means harm, disputed; and one that simply waits for a person. Returns the case of the first. */
const makeHostileDispute = async ({ world, inUs, inEu, drain }: DashboardWorld): Promise<string> => {
  const address = (line1: string) => ({ shippingAddress: { line1, city: emoji, country: 'DE' } });
  // Some 60 kB of lines, as one order may have.
  const lines = Array.from({ length: 500 }, (_, i) => ({ sku: `${emoji}${i}`, quantity: 1, unitPrice: 1 }));
  const body = {
    orderId: 'hostile',
    customerId: script.slice(0, 64),
    currency: 'EUR',
    lines,
    ...address('1 High Street'),
  };
  expect((await inUs.api.post('/orders', 'place-hostile', body)).status).toBe(201);
  await inUs.decide('hostile', 'NoteChanged', { note: hostile.join('\n') });
  for (const text of hostile) await inUs.decide('hostile', 'TagAdded', { tag: text.slice(0, 64) });
  await inUs.place('waiting');
  await drain();
  await world.setFault({ kind: 'partition' });
  await inUs.decide('hostile', 'AddressChanged', address(script));
  await inEu.decide('hostile', 'AddressChanged', address(backwards));
  await inUs.record('waiting', 'PaymentCaptured', 'psp', { amount: 4_990 });
  await inUs.record('waiting', 'OrderPacked', 'warehouse');
  await inUs.record('waiting', 'OrderShipped', 'carrier');
  await inEu.decide('waiting', 'OrderCancelled');
  await world.heal();
  await drain();
  for (const desk of [inUs, inEu]) await untilCase(desk, 'waiting');
  return untilCase(inUs, 'hostile');
};

/** Opens the address anew, and waits until it shows what it asked for. */
const show = async (page: Page, address: string): Promise<void> => {
  await page.goto('about:blank');
  await page.goto(address);
  await page.locator('main h1').waitFor({ timeout: waitMs });
  await page
    .getByText(/^Asking for/)
    .first()
    .waitFor({ state: 'hidden', timeout: waitMs });
};

/** How far the page can be moved sideways, in pixels. */
const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const bidiOf = (element: Locator): Promise<string> =>
  element.evaluate((found) => {
    const { getComputedStyle } = globalThis as unknown as {
      readonly getComputedStyle: (of: unknown) => { readonly unicodeBidi: string };
    };
    return getComputedStyle(found).unicodeBidi;
  });

const playedOf = async (url: string): Promise<number> => {
  const { play } = (await (await fetch(`${url}/world`)).json()) as { readonly play: { readonly taken: number } };
  return play.taken;
};

/** By the tab key, as who has no mouse does. */
const reach = async (page: Page, target: Locator): Promise<void> => {
  await target.waitFor({ timeout: waitMs });
  for (let presses = 0; presses < pressesMax; presses++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${pressesMax} presses of the tab key do not lead to ${target}`);
};

/** Within a group of radio buttons, which is one stop of the tab key. */
const arrowTo = async (page: Page, target: Locator): Promise<void> => {
  for (let presses = 0; presses < pressesMax; presses++) {
    if (await target.isChecked()) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`${pressesMax} presses of the arrow key do not lead to ${target}`);
};

const pressesMax = 150;
