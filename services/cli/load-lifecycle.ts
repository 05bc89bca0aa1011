/**
 * Loads a lifecycle that somebody wrote in a file: a JavaScript or TypeScript module whose default export is a lifecycle
 * definition, or a function that makes one out of those that ship: `({ retail }) => ({ ...retail, ... })`.
 *
 * The module runs with the rights of whoever runs the command, as any script that they start does. What is wrong with it
 * is told with its place and the way out, since its author may never have seen this code.
 */
import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  defineLifecycle,
  type Lifecycle,
  type LifecycleDefinition,
  LifecycleError,
} from '../../domain/lifecycle/define-lifecycle.ts';
import { retailDefinition } from '../../domain/lifecycle/retail.ts';

export type LoadedLifecycle =
  | { readonly kind: 'lifecycle'; readonly lifecycle: Lifecycle }
  | { readonly kind: 'unusable'; readonly message: string };

export const loadLifecycle = async (file: string): Promise<LoadedLifecycle> => {
  const path = resolve(file);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return unusable(`there is no file ${path}`);
  if (!extensions.includes(extname(path))) return unusable(`${file} must end in ${extensions.join(', ')}`);
  const imported = await importModule(path);
  if (imported.kind === 'unusable') return unusable(`${file} cannot be loaded: ${imported.message}`);
  const exported = imported.module['default'];
  if (exported === undefined) return unusable(`${file} has no default export. ${remedy}`);
  try {
    const definition: unknown = typeof exported === 'function' ? await exported(shipped) : exported;
    if (typeof definition !== 'object' || definition === null)
      return unusable(`${file}: its default export is no lifecycle definition. ${remedy}`);
    return { kind: 'lifecycle', lifecycle: defineLifecycle(definition as LifecycleDefinition) };
  } catch (error) {
    if (error instanceof LifecycleError) return unusable(`${file}: ${error.message}`);
    return unusable(`${file}: its default export is no lifecycle definition (${String(error)}). ${remedy}`);
  }
};

const extensions = ['.js', '.mjs', '.ts', '.mts'];

/** By name, for a definition that is one of these with a change. */
const shipped = { retail: retailDefinition };

const remedy = 'Begin with: export default ({ retail }) => ({ ...retail, events: { ...retail.events } });';

const unusable = (message: string): LoadedLifecycle => ({ kind: 'unusable', message });

type Imported =
  | { readonly kind: 'module'; readonly module: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unusable'; readonly message: string };

const importModule = async (path: string): Promise<Imported> => {
  try {
    return { kind: 'module', module: await import(pathToFileURL(path).href) };
  } catch (error) {
    return { kind: 'unusable', message: describe(error) };
  }
};

/** Before a syntax error's stack stands the place, with the line itself; after its name only Node's own frames. */
const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const told = `${error.name}: ${error.message}`;
  const place = error.stack?.slice(0, Math.max(0, error.stack.indexOf(error.name))).trim();
  return place ? `${told}\n${place}` : told;
};
