/**
 * The worlds of one test file, booted side by side: each of them mostly waits for its beats.
 */
import { afterAll, beforeAll } from 'vitest';
import { type StartWorldOptions, startWorld } from '../../infra/world/main.ts';
import type { World } from '../../infra/world/world-types.ts';
import { breaker } from './world-client.ts';

export type WorldsOptions<Name extends string> = Readonly<Record<Name, Partial<StartWorldOptions>>>;

/** Of us-east-1 and eu-west-1, where a world's options do not say otherwise. Each stands for all tests of the file. */
export const useWorlds = <Name extends string>(options: WorldsOptions<Name>): ((name: Name) => World) => {
  let booting: ReadonlyMap<string, Promise<World>> = new Map();
  const worlds = new Map<string, World>();

  beforeAll(async () => {
    const regions = ['us-east-1', 'eu-west-1'];
    const wanted = Object.entries<Partial<StartWorldOptions>>(options);
    booting = new Map(wanted.map(([name, its]) => [name, startWorld({ regions, breaker, ...its })]));
    await Promise.all([...booting].map(async ([name, booted]) => worlds.set(name, await booted)));
  });
  afterAll(async () => {
    for (const booted of await Promise.allSettled(booting.values()))
      if (booted.status === 'fulfilled') await booted.value.stop();
  });

  return (name) => {
    const world = worlds.get(name);
    if (!world) throw new Error(`the world ${name} stands only while the tests of its file run`);
    return world;
  };
};
