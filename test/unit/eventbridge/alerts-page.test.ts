import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alertToCloudEvent } from '../../../infra/eventbridge/alert-to-cloud-event.ts';
import { loadBusRules } from '../../../infra/world/bus-rules.ts';
import { exampleAlerts } from '../../support/builders/example-alerts.ts';

const page = readFileSync(new URL('../../../docs/alerts.md', import.meta.url), 'utf8');

it('shows in docs/alerts.md the envelope that the code makes', () => {
  const [, block = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  expect(block.trim()).toBe(JSON.stringify(alertToCloudEvent(exampleAlerts.ConflictNeedsReview), undefined, 2));
});

it('names in docs/alerts.md every type of alert and every rule with its queue', () => {
  for (const type of Object.keys(exampleAlerts)) expect(page).toContain(`| \`${type}\` |`);
  for (const { name, targets } of loadBusRules())
    for (const target of targets) expect(page).toMatch(new RegExp(`\`${name}\`.*\`${target.name}\``));
});
