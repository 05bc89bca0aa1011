import { describe, expect, it } from 'vitest';
import { findWorries } from '../../../services/dashboard/page/model/plan-worries.ts';
import { eu, readingOf, us } from './region-readings.ts';

describe('worries about the regions', () => {
  it('are none where all answer and go by one plan', () => {
    expect(findWorries([readingOf(us), readingOf(eu)])).toEqual([]);
  });

  it('name a region that does not answer, and nothing of what it said before', () => {
    const old = { plan: { primary: eu, regions: [eu], epoch: 9 }, fresh: false };

    expect(findWorries([readingOf(us), readingOf(eu, { plan: old, reach: 'not-answering' })])).toEqual([
      { kind: 'not-answering', region: eu },
    ]);
  });

  it('name a region whose agent is silent', () => {
    expect(findWorries([readingOf(us, { plan: { fresh: false } }), readingOf(eu)])).toEqual([
      { kind: 'agent-silent', region: us },
    ]);
  });

  it('name the epoch that stands and was written twice, once for all regions that say so', () => {
    const conflicts = [{ epoch: 1, entryIds: ['A', 'B'] }];

    expect(findWorries([readingOf(us, { plan: { conflicts } }), readingOf(eu, { plan: { conflicts } })])).toEqual([
      { kind: 'plan-conflict', epoch: 1, entryIds: ['A', 'B'] },
    ]);
  });

  it('leave out a conflict that a newer epoch has settled', () => {
    const plan = { plan: { primary: us, regions: [us], epoch: 2 }, conflicts: [{ epoch: 1, entryIds: ['A', 'B'] }] };

    expect(findWorries([readingOf(us, { plan }), readingOf(eu, { plan })])).toEqual([]);
  });

  it('tell plans of different epochs from plans that name different primaries', () => {
    const newer = (primary: string) => readingOf(eu, { plan: { plan: { primary, regions: [eu, us], epoch: 2 } } });

    expect(findWorries([readingOf(us), newer(us)])).toMatchObject([{ kind: 'plans-differ', isPrimaryDisputed: false }]);
    expect(findWorries([readingOf(us), newer(eu)])).toEqual([
      {
        kind: 'plans-differ',
        isPrimaryDisputed: true,
        plans: [
          { region: us, epoch: 1, primary: us },
          { region: eu, epoch: 2, primary: eu },
        ],
      },
    ]);
  });

  it('are none of plans where there is no write plan', () => {
    expect(findWorries([{ region: us, reach: 'answering', standing: null }])).toEqual([]);
  });
});
