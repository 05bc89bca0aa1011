/**
 * A real Chromium for one test file, and pages that let no test pass over what a person's browser would have complained of:
 * an error on the console, a refusal by the Content-Security-Policy, an exception that nobody caught, a request to a server
 * that is not on this machine.
 *
 * Where no Chromium is installed the tests are left out and say so; with REQUIRE_CHROMIUM set that is a failure.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';

export interface BrowserFixture {
  /** In a context of its own: nobody is signed in, nothing is stored. Closed after the test. */
  readonly openPage: (options?: OpenPageOptions) => Promise<Page>;
}

export interface OpenPageOptions extends BrowserContextOptions {
  /** Complaints that the test is about; every other one fails it. */
  readonly expected?: readonly RegExp[];
}

/** In place of `describe`. */
export const describeInBrowser = (name: string, tests: () => void): void => {
  if (findChromium() !== undefined) describe(name, tests);
  else if (process.env['REQUIRE_CHROMIUM']) throw new Error(`REQUIRE_CHROMIUM is set, and ${noChromium}`);
  else {
    console.warn(`left out: ${name}: ${noChromium}`);
    // biome-ignore lint/suspicious/noSkippedTests: nothing else can run them, and it is said
    describe.skip(name, tests);
  }
};

/** One browser for all tests of the file. */
export const useBrowser = (): BrowserFixture => {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: [...launchArgs] });
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    const found = complaints.splice(0);
    if (found.length > 0) throw new Error(`the browser complained:\n${found.join('\n')}`);
  });
  afterAll(() => browser?.close());

  return {
    openPage: async ({ expected = [], ...options } = {}) => {
      if (!browser) throw new Error('the browser runs only while the tests of the file do');
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      context.setDefaultTimeout(actionTimeoutMs);
      contexts.push(context);
      listen(context, (complaint) => {
        if (!expected.some((pattern) => pattern.test(complaint))) complaints.push(complaint);
      });
      return context.newPage();
    },
  };
};

/** A machine with much to do is slow; what never comes should still be heard of before the test ends. */
const actionTimeoutMs = 20_000;

/** Of a Chromium, or of a Chrome. */
export const findChromium = (): string | undefined => {
  const { CHROMIUM_PATH: given, PATH = '' } = process.env;
  if (given) return given;
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return ['/usr/bin/chromium', ...onPath, ...macOsPaths].find(isExecutable);
};

const names = ['chromium', 'chromium-browser', 'google-chrome'] as const;
const macOsPaths = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
] as const;
const noChromium = 'no Chromium is installed: CHROMIUM_PATH may say where one is';

/** Containers have neither the rights for its sandbox nor much shared memory. */
export const launchArgs = ['--no-sandbox', '--disable-dev-shm-usage'] as const;

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const listen = (context: BrowserContext, complain: (complaint: string) => void): void => {
  // What a Content-Security-Policy refuses is an error on the console, too.
  context.on('console', (message) => {
    if (message.type() === 'error') complain(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complain(`uncaught: ${error.error().stack ?? error.error().message}`));
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1' && hostname !== 'localhost')
      complain(`asked another machine: ${request.url()}`);
  });
};
