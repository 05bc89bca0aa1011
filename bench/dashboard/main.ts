/**
 * Measures the dashboard of a world as a person's browser meets it: `node bench/dashboard/main.ts [--rounds 10] [--json]`.
 *
 * Sizes are those of what is sent, compressed. Times are of the browser's own clock, each in a context that has nothing in
 * its cache, against a world on DynamoDB Local.
 */
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { startControlServer } from '../../infra/world/control/control-server.ts';
import { startWorld } from '../../infra/world/main.ts';
import { openWorldDashboard } from '../../services/dashboard/world-dashboard.ts';
import { findChromium, launchArgs } from '../../test/support/browser.ts';
import { quantile } from '../append/quantile.ts';

const { values } = parseArgs({
  options: {
    /** Visits of each page. */
    rounds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const say = (message: string) => process.stderr.write(`${message}\n`);

interface Visit {
  readonly firstPaintMs: number;
  /** Until the page's own heading is there, drawn by the program. */
  readonly headingMs: number;
  /** Of scripts and styles, as they crossed. */
  readonly bundleBytes: number;
  readonly requests: number;
}

interface MeasuredPage {
  readonly page: string;
  readonly bundleBytesGzip: number;
  readonly requests: number;
  readonly firstPaintMs: Spread;
  readonly headingMs: Spread;
}

interface Spread {
  readonly p50: number;
  readonly worst: number;
}

/** A PerformanceResourceTiming of the browser. */
interface Sent {
  readonly name: string;
  readonly encodedBodySize: number;
}

const visit = async (browser: Browser, address: string): Promise<Visit> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    await page.goto(address, { waitUntil: 'load' });
    await page.locator('h1').waitFor();
    return await page.evaluate(() => {
      const resources = performance.getEntriesByType('resource') as unknown as readonly Sent[];
      const bundle = resources.filter(({ name }) => /\.(js|css)$/.test(name));
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      return {
        firstPaintMs: paint?.startTime ?? Number.NaN,
        headingMs: performance.now(),
        bundleBytes: bundle.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
        requests: resources.length + 1,
      };
    });
  } finally {
    await context.close();
  }
};

const executablePath = findChromium();
if (executablePath === undefined)
  throw new Error('Chromium is needed: install it, or say where it is in CHROMIUM_PATH');
say('Booting a world …');
const regions = ['us-east-1', 'eu-west-1'];
const world = await startWorld({ regions });
const dashboard = await openWorldDashboard({ regions, tenant: 'demo' });
const control = await startControlServer({ world, port: 0, dashboard, onFault: (fault) => say(String(fault)) });
const browser = await chromium.launch({ executablePath, args: [...launchArgs] });
try {
  const measured: MeasuredPage[] = [];
  for (const name of ['', 'orders', 'cases']) {
    say(`Visiting ${name || 'regions'} ${rounds} times …`);
    const visits: Visit[] = [];
    for (let round = 0; round < rounds; round++)
      visits.push(await visit(browser, `http://127.0.0.1:${control.port}/#/${name}`));
    const of = (figure: keyof Visit, share: number) =>
      Math.round(
        quantile(
          visits.map((it) => it[figure]),
          share,
        ),
      );
    measured.push({
      page: name || 'regions',
      bundleBytesGzip: of('bundleBytes', 1),
      requests: of('requests', 1),
      firstPaintMs: { p50: of('firstPaintMs', 0.5), worst: of('firstPaintMs', 1) },
      headingMs: { p50: of('headingMs', 0.5), worst: of('headingMs', 1) },
    });
  }
  const line = ({ page, bundleBytesGzip, firstPaintMs, headingMs }: MeasuredPage) =>
    `${page.padEnd(8)} ${(bundleBytesGzip / 1_000).toFixed(1)} kB gzip; first paint ${firstPaintMs.p50} ms (worst ${firstPaintMs.worst}); heading ${headingMs.p50} ms (worst ${headingMs.worst})`;
  process.stdout.write(`${values.json ? JSON.stringify(measured) : measured.map(line).join('\n')}\n`);
} finally {
  await browser.close();
  await control.stop();
  await world.stop();
}
