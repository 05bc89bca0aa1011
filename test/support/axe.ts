/** axe-core, another party's judge of whether everybody can use a page, run inside the page. */
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

export interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  /** Where, as selectors, with what is wrong there. */
  readonly nodes: readonly string[];
}

/** Of a page in a context that was opened with `bypassCSP`, since the page's own policy lets no foreign script in. */
export const findViolations = async (page: Page): Promise<readonly Violation[]> => {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as Axe).axe.run();
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      nodes: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`),
    }));
  });
};

interface Axe {
  readonly axe: {
    readonly run: () => Promise<{
      readonly violations: readonly {
        readonly id: string;
        readonly impact: string | null;
        readonly help: string;
        readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
      }[];
    }>;
  };
}
