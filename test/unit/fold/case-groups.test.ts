import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import { groupEntriesMax } from '../../../domain/kernel/limits.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { cancelled, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import { rewrite } from '../../support/contracts/contract-entries.ts';

/** Shipped in one region, and in the other cancelled by a command that names `streams`. */
const entriesWith = (streams: readonly string[] | undefined): readonly Entry[] => {
  const ledger = createLedger();
  const [us, eu] = [ledger.at('us-east-1'), ledger.at('eu-west-1')];
  us.append(placed());
  us.append(paid());
  ledger.replicateAll();
  us.append(shipped());
  const cancellation = eu.append(cancelled());
  const group = streams && { commandId: cancellation.id, streams: [...streams] };
  return ledger.entries().map((entry) => (entry === cancellation && group ? rewrite(entry, { group }) : entry));
};

const caseOf = (entries: readonly Entry[]) => fold(entries, retail).cases[0];

describe('the case of an entry whose command spans several orders', () => {
  it('names the command and its orders, in whatever order the entries come', () => {
    const entries = entriesWith(['order/acme/1001', 'order/acme/1002']);
    const found = caseOf(entries);
    expect(found?.group).toEqual({ commandId: found?.id, orderIds: ['1001', '1002'] });
    expect(caseOf([...entries].reverse())).toEqual(found);
  });

  it('says nothing of a group where there is none', () => {
    expect(caseOf(entriesWith(undefined))).not.toHaveProperty('group');
  });

  it('names no order of another tenant, and nothing that is no order, whatever a writer put there', () => {
    const streams = ['order/rival/1', 'plan', 'order/acme/1001', 'order/acme/<script>', '', 'order/acme/1002'];
    expect(caseOf(entriesWith(streams))?.group?.orderIds).toEqual(['1001', '1002']);
  });

  it('names no more orders than a group may have', () => {
    const streams = Array.from({ length: 50_000 }, (_, i) => `order/acme/${i}`);
    expect(caseOf(entriesWith(streams))?.group?.orderIds).toHaveLength(groupEntriesMax);
  });
});
