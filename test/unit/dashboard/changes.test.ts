import { expect, it } from 'vitest';
import { concernsCases, concernsOrder } from '../../../services/dashboard/page/model/changes.ts';

const tick = { kind: 'tick', isCatchUp: false } as const;
const alert = (type: string, subject?: string) => ({ kind: 'alert', region: 'us-east-1', type, subject }) as const;

it('takes for news of an order what says so, and what does not say what it is about', () => {
  const concerns = concernsOrder('demo', 'a1');
  expect([tick, alert('CaseSettled', 'order/demo/a1'), alert('CaseSettled')].map(concerns)).toEqual([true, true, true]);
  expect([alert('CaseSettled', 'order/demo/a2'), alert('CaseSettled', 'order/other/a1')].map(concerns)).toEqual([
    false,
    false,
  ]);
  expect(concernsOrder('demo', undefined)(alert('CaseSettled', 'order/demo/a2'))).toBe(true);
});

it('takes for news of the cases the alerts about them and about their review', () => {
  expect([tick, alert('ConflictNeedsReview'), alert('ReviewEnded')].map(concernsCases)).toEqual([true, true, true]);
  expect(concernsCases(alert('LedgerTampered'))).toBe(false);
});
