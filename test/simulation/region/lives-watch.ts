/**
 * The lives of a region's cases as they stand in its control documents, and what becomes of them.
 */
import type { CaseLife } from '../../../domain/review/case-life.ts';
import type { ControlChange } from '../model/simulated-control-store.ts';
import type { RegionDeps } from './region.ts';

export const createLivesWatch = ({ name: region, onReview }: Pick<RegionDeps, 'name' | 'onReview'>) => {
  const lives = new Map<string, CaseLife>();
  return {
    all: (): readonly CaseLife[] => [...lives.values()],
    onControl: ({ kind, name, value }: ControlChange): void => {
      if (!kind.startsWith('case/')) return;
      const before = lives.get(name);
      const life = value as CaseLife;
      lives.set(name, life);
      onReview({ kind: 'life', region, life, before });
    },
  };
};
