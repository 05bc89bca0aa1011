import { describe, expect, it } from 'vitest';
import {
  abandonGeneration,
  beginRemoval,
  fedGenerations,
  finishRemoval,
  firstGeneration,
  type GenerationStep,
  type Generations,
  initialGenerations,
  liveGeneration,
  startGeneration,
  switchGeneration,
} from '../../../projections/generations/generations.ts';

const begun = { version: '0001.0002', lifecycle: 'retail', atMs: 10 };

describe('generations', () => {
  it('begin with one that is live and that any code may write', () => {
    expect(liveGeneration(initialGenerations)).toMatchObject({ name: firstGeneration, state: 'live', version: '' });
    expect(namesOf(fedGenerations(initialGenerations))).toEqual(['g0001']);
  });

  it('start beside the live one, which goes on being read', () => {
    const generations = afterSteps(initialGenerations, start);

    expect(generations).toEqual({
      lastNumber: 2,
      generations: [
        ...initialGenerations.generations,
        { name: 'g0002', state: 'building', version: '0001.0002', lifecycle: 'retail', sinceMs: 10 },
      ],
    });
    expect(liveGeneration(generations).name).toBe('g0001');
    expect(namesOf(fedGenerations(generations))).toEqual(['g0001', 'g0002']);
  });

  it('start one at a time', () => {
    const generations = afterSteps(initialGenerations, start);

    expect(start(generations)).toEqual({
      kind: 'refused',
      reason: 'g0002 is being built: resume it, or abandon it first',
    });
  });

  it('switch to the one that was built; the other is retired and no longer fed', () => {
    const generations = afterSteps(initialGenerations, start, switchTo('g0002'));

    expect(statesOf(generations)).toEqual({ g0001: 'retired', g0002: 'live' });
    expect(namesOf(fedGenerations(generations))).toEqual(['g0002']);
    expect(generations.generations.map(({ sinceMs }) => sinceMs)).toEqual([20, 20]);
  });

  it('are fed live first, wherever that stands', () => {
    const generations = afterSteps(initialGenerations, start, switchTo('g0002'), start);

    expect(namesOf(fedGenerations({ ...generations, generations: generations.generations.toReversed() }))).toEqual([
      'g0002',
      'g0003',
    ]);
  });

  it('can be given up while they are being built, and then another may start under a number of its own', () => {
    const generations = afterSteps(initialGenerations, start, abandon('g0002'), start);

    expect(statesOf(generations)).toEqual({ g0001: 'live', g0002: 'retired', g0003: 'building' });
  });

  it('are gone after a removal that began and finished, and their numbers with them', () => {
    const removed = afterSteps(initialGenerations, start, abandon('g0002'), remove('g0002'), finish('g0002'));

    expect(statesOf(removed)).toEqual({ g0001: 'live' });
    expect(statesOf(afterSteps(removed, start))).toEqual({ g0001: 'live', g0003: 'building' });
  });

  it('take up again a removal that was cut short', () => {
    const removing = afterSteps(initialGenerations, start, abandon('g0002'), remove('g0002'));

    expect(statesOf(afterSteps(removing, remove('g0002')))).toEqual({ g0001: 'live', g0002: 'removing' });
  });

  it('grow past four digits', () => {
    expect(statesOf(afterSteps({ ...initialGenerations, lastNumber: 9999 }, start))).toHaveProperty(
      'g10000',
      'building',
    );
  });

  it('leave the document that they were given as it was', () => {
    const before = JSON.stringify(initialGenerations);
    afterSteps(initialGenerations, start, switchTo('g0002'), remove('g0001'), finish('g0001'));

    expect(JSON.stringify(initialGenerations)).toBe(before);
  });
});

describe('a step that a generation is not ready for', () => {
  const steps = { switch: switchTo, abandon, 'begin removal of': remove, 'finish removal of': finish } as const;
  const inState: Readonly<Record<string, Generations>> = {
    live: initialGenerations,
    building: afterSteps(initialGenerations, start),
    retired: afterSteps(initialGenerations, start, abandon('g0002')),
    removing: afterSteps(initialGenerations, start, abandon('g0002'), remove('g0002')),
  };
  const legal = new Set([
    'switch building',
    'abandon building',
    'begin removal of retired',
    'begin removal of removing',
    'finish removal of removing',
  ]);

  it.each(
    Object.keys(inState).flatMap((state) =>
      Object.entries(steps).map(([name, step]) => ({ state, name, step, isLegal: legal.has(`${name} ${state}`) })),
    ),
  )('is named and refused, else taken: $name one that is $state', ({ state, step, isLegal }) => {
    const name = state === 'live' ? 'g0001' : 'g0002';
    const taken = step(name)(inState[state] as Generations);

    expect(taken.kind).toBe(isLegal ? 'changed' : 'refused');
    if (taken.kind === 'refused') expect(taken.reason).toContain(`${name} is ${state}`);
  });

  it.each(Object.entries(steps))('is refused where there is none: %s', (_, step) => {
    expect(step('g0007')(initialGenerations)).toEqual({ kind: 'refused', reason: 'there is no generation g0007' });
  });
});

function start(before: Generations): GenerationStep {
  return startGeneration(before, begun);
}
function switchTo(name: string) {
  return (before: Generations) => switchGeneration(before, name, 20);
}
function abandon(name: string) {
  return (before: Generations) => abandonGeneration(before, name, 30);
}
function remove(name: string) {
  return (before: Generations) => beginRemoval(before, name, 40);
}
function finish(name: string) {
  return (before: Generations) => finishRemoval(before, name);
}

function afterSteps(before: Generations, ...steps: readonly ((before: Generations) => GenerationStep)[]): Generations {
  return steps.reduce((generations, step) => {
    const taken = step(generations);
    if (taken.kind === 'refused') throw new Error(taken.reason);
    return taken.generations;
  }, before);
}

const namesOf = (generations: readonly { readonly name: string }[]): readonly string[] =>
  generations.map(({ name }) => name);

const statesOf = ({ generations }: Generations): Readonly<Record<string, string>> =>
  Object.fromEntries(generations.map(({ name, state }) => [name, state]));
