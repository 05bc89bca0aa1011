import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const examples = readdirSync(new URL('../../../docs/examples', import.meta.url));

/** Whoever reads the page reads what is run. */
describe('an example of the documentation', () => {
  it.each(examples)('stands in docs/library.md as it is run: %s', (name) => {
    expect(read('docs/library.md')).toContain(`\`\`\`ts\n${read(`docs/examples/${name}`)}\`\`\``);
  });

  it('stands in the README as it is run', () => {
    expect(read('README.md')).toContain(`\`\`\`ts\n${read('docs/examples/embed.ts')}\`\`\``);
  });
});
