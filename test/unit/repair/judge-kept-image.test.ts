import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { hashEntry } from '../../../domain/ledger/entry-hash.ts';
import type { StandingItem } from '../../../domain/ports/entry-repair.ts';
import { sha256 } from '../../../infra/node/sha256.ts';
import { judgeKeptImage, type KeptEvidence } from '../../../projections/repair/judge-kept-image.ts';
import { createLedger } from '../../support/builders/ledger-builder.ts';
import { packed, paid, placed } from '../../support/builders/retail-drafts.ts';

const ledger = createLedger();
const us = ledger.at('us-east-1');
const eu = ledger.at('eu-west-1');
const [first, second] = [us.append(placed()), us.append(paid(9980))];
ledger.replicateAll();
const fromAfar = eu.append(packed());

/** Valid in itself, with another amount. */
const forge = (entry: Entry): Entry => {
  const { hash: _, ...rest } = entry;
  return hashEntry({ ...rest, recordedAt: (entry.recordedAt ?? 0) + 1 }, sha256);
};

const stands = (entry: Entry): StandingItem => ({ kind: 'entry', entry, receipt: {} });
const missing: StandingItem = { kind: 'missing', receipt: undefined };
const damaged: StandingItem = { kind: 'damaged', reason: 'body does not match its hash', receipt: {} };

const judge = (evidence: Partial<KeptEvidence> & { readonly standing: StandingItem }, entry = second) =>
  judgeKeptImage({
    position: entry.position,
    kept: { kind: 'entry', entry },
    entries: [first, second, fromAfar],
    repairedHash: undefined,
    ...evidence,
  });

describe('judge a kept image', () => {
  it('restores an entry that is missing or damaged', () => {
    expect(judge({ standing: missing, entries: [first, fromAfar] })).toMatchObject({
      kind: 'restore',
      entry: second,
      found: 'missing',
    });
    expect(judge({ standing: damaged })).toMatchObject({ kind: 'restore', found: 'damaged' });
  });

  it('leaves alone what stands as it was kept', () => {
    expect(judge({ standing: stands(second) })).toEqual({ kind: 'right', hash: second.hash });
  });

  it('restores over another entry that is valid in itself', () => {
    expect(judge({ standing: stands(forge(second)) })).toMatchObject({ kind: 'restore', found: 'other-entry' });
  });

  it('believes the entries that came after, in its own region and from afar, and not the image', () => {
    const kept = { kind: 'entry', entry: forge(second) } as const;
    expect(judge({ kept, standing: stands(second) })).toEqual({
      kind: 'not-restorable',
      reason: 'later entries name what stands, not the kept image',
    });
    expect(judge({ kept, standing: missing })).toEqual({
      kind: 'not-restorable',
      reason: 'no later entry names the kept image',
    });
    const keptFirst = { kind: 'entry', entry: forge(first) } as const;
    expect(judge({ kept: keptFirst, standing: damaged, entries: [second] }, first)).toMatchObject({
      kind: 'not-restorable',
    });
  });

  it('takes the image at its word where nobody came after', () => {
    const kept = { kind: 'entry', entry: fromAfar } as const;
    expect(judge({ kept, standing: stands(forge(fromAfar)) }, fromAfar)).toMatchObject({ kind: 'restore' });
  });

  it('leaves alone what an earlier repair found right, whatever image was kept since', () => {
    const forged = forge(fromAfar);
    const evidence = { kept: { kind: 'entry', entry: forged }, repairedHash: fromAfar.hash } as const;
    expect(judge({ ...evidence, standing: stands(fromAfar) }, fromAfar)).toEqual({
      kind: 'right',
      hash: fromAfar.hash,
    });
    expect(judge({ ...evidence, standing: missing }, fromAfar)).toMatchObject({ kind: 'not-restorable' });
  });

  it('cannot restore from an image that is no entry, or one of another position', () => {
    expect(judge({ kept: { kind: 'damaged', reason: 'body is not JSON' }, standing: damaged })).toEqual({
      kind: 'not-restorable',
      reason: 'the kept image is no entry: body is not JSON',
    });
    expect(judge({ kept: { kind: 'entry', entry: first }, standing: missing })).toEqual({
      kind: 'not-restorable',
      reason: `the kept image is of position ${first.position}`,
    });
  });
});
