import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  agentCounts,
  agentGauges,
  engineCounts,
  projectorCounts,
  projectorDurations,
  reviewCounts,
} from '../../../domain/ports/metrics.ts';

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

/** By name: what stands in the columns after it. */
const rows = new Map(
  [...page.matchAll(/^\| `([A-Z]\w+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => [
    name,
    rest.split('|').map((cell) => cell.trim()),
  ]),
);

const counts = [...engineCounts, ...projectorCounts, ...agentCounts, ...reviewCounts];
const all = [...counts, ...projectorDurations, ...agentGauges, 'OpenCases'];

it('names in docs/metrics.md every metric, once, and no other', () => {
  expect([...page.matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(([, name]) => name).sort()).toEqual([...all].sort());
});

it('says in docs/metrics.md the unit of every metric, and what to do about it', () => {
  for (const name of all) {
    const [unit, dimensions, meaning, alarm] = rows.get(name) ?? [];
    expect([name, unit]).toEqual([name, name.endsWith('Ms') ? 'ms' : 'count']);
    expect([name, dimensions]).not.toEqual([name, '']);
    expect(meaning?.length).toBeGreaterThan(10);
    expect(alarm?.length).toBeGreaterThan(0);
  }
});

it('says in docs/metrics.md that a gap of what the agent says every beat is breaching', () => {
  for (const name of ['LinkLagMs', 'HeartbeatAgeMs', 'BreakerState'])
    expect(rows.get(name)?.[3]).toContain('breaching');
  for (const name of counts)
    expect([name, rows.get(name)?.[3]]).not.toEqual([name, expect.stringContaining('`breaching`')]);
});
