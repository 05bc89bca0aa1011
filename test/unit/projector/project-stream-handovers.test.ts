/** What one projector leaves behind when another version, or another generation, takes over. */
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { formatPosition } from '../../../domain/ledger/position.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { viewRowBytesMax } from '../../../infra/dynamodb/dynamodb-limits.ts';
import { caseAlerts, saidByRows, unsaidWhile } from '../../../projections/projector/case-alerts.ts';
import { foldedToOrderView } from '../../../projections/views/order-view.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { delivered, placed } from '../../support/builders/retail-drafts.ts';
import { contested, orderStories, shippedBeforePaid } from './order-stories.ts';
import { createStreamRegion, dies, expectSettled, lastWords, v1, v2 } from './stream-region.ts';

const both = ['g0001', 'g0002'] as const;

describe('a projector that takes over', () => {
  it('older code does not take for done what newer code died before saying', async () => {
    const region = createStreamRegion(contested());
    await dies(region, { version: v2, death: { step: 2, when: 'after' } });

    await expect(region.project({ version: v1 })).rejects.toMatchObject({ code: 'outdated', retryable: true });
  });

  it('older code does not replace a row of newer code that a building generation holds, with something unsaid', async () => {
    const region = createStreamRegion(contested());
    await region.project({ version: v1 });
    const row = { ...region.viewOf(contested(), v2), unsaid: [(contested()[4] as Entry).id] };
    region.put('g0002', row);

    await region.project({ version: v1, generations: both }).catch(() => undefined);

    expect(region.row('g0002')).toEqual(row);
  });

  it.each(orderStories)(
    'a switch between a death and the next doorbell leaves nobody waiting when $name',
    async ({ chapters }) => {
      for (let from = 0; from + 1 < chapters.length; from++)
        for (let step = 0; step < 9; step++)
          for (const when of ['before', 'after'] as const)
            for (const growth of [0, 1]) {
              const region = createStreamRegion(chapters[from] ?? []);
              await region.project({ generations: both });
              region.hold(chapters[from + 1] ?? []);
              if (!(await dies(region, { generations: both, death: { step, when } }))) continue;
              region.hold(chapters[from + 1 + growth] ?? []);

              await region.project({ generations: ['g0002'] });

              expectSettled(region, { generations: ['g0002'] }, `from ${from}, +${growth}, died ${when} ${step}`);
            }
    },
  );

  it('shortest: shipped is alerted, the projector dies, g0002 goes live, paid arrives', async () => {
    const entries = shippedBeforePaid();
    const region = createStreamRegion(entries.slice(0, 1));
    await region.project({ generations: both });
    region.hold(entries.slice(0, 2));
    await dies(region, { generations: both, death: { step: 6, when: 'before' } });
    region.hold(entries);

    await region.project({ generations: ['g0002'] });

    expect([...lastWords(region.alerts()).values()]).toMatchObject([{ type: 'CaseWithdrawn' }]);
  });

  it('a row of 10,000 cases fits with all of them unsaid', () => {
    const folded = fold(loopedOrder(9_999), retail);
    const alerts = caseAlerts(saidByRows([]), folded, { region: 'r', version: v1, atMs: 0 });
    const { row, contribution } = foldedToOrderView(folded, { version: v1, foldedAtMs: 0 });
    const unsaid = unsaidWhile(alerts);

    expect(Buffer.byteLength(JSON.stringify([row, contribution, unsaid]))).toBeLessThanOrEqual(viewRowBytesMax);
  }, 60_000);

  it('the list of open cases is as long as it is said to be, where two entries have one id', () => {
    const order = createLedger();
    order.at('us-east-1').append(placed());
    order.replicateAll();
    const { id } = order.at('us-east-1').append(delivered());
    const other = order.at('eu-west-1').append(delivered());
    const twin = { ...other, id, events: other.events.map((event) => ({ ...event, id })) };
    const folded = fold([...order.entries().slice(0, 2), twin], retail);

    const { row } = foldedToOrderView(folded, { version: v1, foldedAtMs: 0 });

    expect(row.openCases).toHaveLength(row.counts.openCases);
  });
});

const loopedOrder = (entries: number): readonly Entry[] => {
  const template = createLedger();
  const opening = template.at('us-east-1').append(placed());
  const second = template.at('us-east-1').append(delivered());
  return [
    opening,
    ...Array.from({ length: entries }, (_, i): Entry => {
      const position = formatPosition({ writer: 'us-east-1', seq: i + 2 });
      const id = `${second.id.slice(0, 10)}${String(i * 100).padStart(16, '0')}`;
      const events = second.events.map((event) => ({ ...event, id }));
      return {
        ...second,
        position,
        seq: i + 2,
        seen: { 'us-east-1': i + 1 },
        id,
        events,
        hash: position.padEnd(64, '0'),
      };
    }),
  ];
};
