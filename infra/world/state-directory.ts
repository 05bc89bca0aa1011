/**
 * The directory where a world keeps its data between boots: one world at a time, and only a directory that Rejoin made.
 *
 * Clearing a directory that somebody named by mistake must be impossible, so a marker says whose it is. A lock says
 * which processes belong to the world in it; after a crash the next boot ends those that are left, each only if it is
 * certain to be the very process that was started.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { findProcess, identifyProcess, type ProcessIdentity } from './process-identity.ts';

export interface StateDirectory {
  readonly path: string;
  /** Remembers a process of this world, before it can outlive us. */
  readonly recordProcess: (pid: number) => void;
  /** Ends the claim; the data stays. */
  readonly release: () => void;
}

export type OpenedState =
  | { readonly kind: 'opened'; readonly state: StateDirectory; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

export interface OpenStateOptions {
  readonly path: string;
  /** Clears what an earlier world left. */
  readonly isFresh: boolean;
}

export const openStateDirectory = async ({ path, isFresh }: OpenStateOptions): Promise<OpenedState> => {
  const claimed = claimDirectory(path);
  if (claimed) return { kind: 'refused', message: claimed };
  const lockPath = join(path, lockName);
  const earlier = readLock(lockPath);
  const holder = earlier && holderOf(earlier, lockPath);
  if (holder) return { kind: 'refused', message: holder };
  const notes = earlier ? await endLeftovers(earlier.processes) : [];
  rmSync(lockPath, { force: true });
  const processes: ProcessIdentity[] = [];
  const lock = (): Lock => ({ supervisor: identifyProcess(process.pid), processes });
  try {
    writeFileSync(lockPath, JSON.stringify(lock()), { flag: 'wx', mode: 0o600 });
  } catch {
    return { kind: 'refused', message: `Another world starts in ${path} at this moment.` };
  }
  if (isFresh) clear(path);
  const recordProcess = (pid: number): void => {
    processes.push(identifyProcess(pid));
    writeFileSync(lockPath, JSON.stringify(lock()), { mode: 0o600 });
  };
  return { kind: 'opened', notes, state: { path, recordProcess, release: () => rmSync(lockPath, { force: true }) } };
};

const markerName = '.rejoin-state';
const lockName = 'world.lock';
const endMsMax = 5_000;

const processSchema = z.object({ pid: z.int().min(2), startedAt: z.string().optional() });
const lockSchema = z.object({ supervisor: processSchema, processes: z.array(processSchema) });

interface Lock {
  readonly supervisor: ProcessIdentity;
  readonly processes: readonly ProcessIdentity[];
}

/** Why the directory cannot be ours; undefined once it is. */
const claimDirectory = (path: string): string | undefined => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (existsSync(join(path, markerName))) return undefined;
    if (readdirSync(path).length > 0)
      return `${path} is not empty and was not made by Rejoin. Name another directory with --state.`;
    writeFileSync(join(path, markerName), 'Rejoin keeps the data of a local world here; `--fresh` clears it.\n');
    return undefined;
  } catch (error) {
    return `${path} cannot be used: ${(error as Error).message}. Name another directory with --state.`;
  }
};

/** A lock that cannot be read names nobody. */
const readLock = (path: string): Lock | undefined => {
  try {
    const { supervisor, processes } = lockSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    const toIdentity = ({ pid, startedAt }: z.infer<typeof processSchema>): ProcessIdentity => ({ pid, startedAt });
    return { supervisor: toIdentity(supervisor), processes: processes.map(toIdentity) };
  } catch {
    return undefined;
  }
};

const holderOf = ({ supervisor }: Lock, lockPath: string): string | undefined => {
  switch (findProcess(supervisor)) {
    case 'gone':
      return undefined;
    case 'same':
      return `A world runs on this state already (process ${supervisor.pid}). Stop it with Ctrl-C, or name another directory with --state.`;
    case 'unknown':
      return `A world may run on this state (process ${supervisor.pid}). If it does not, delete ${lockPath}.`;
  }
};

const endLeftovers = async (processes: readonly ProcessIdentity[]): Promise<readonly string[]> => {
  const notes: string[] = [];
  for (const leftover of processes) {
    const found = findProcess(leftover);
    if (found === 'unknown') notes.push(`process ${leftover.pid} may be left over from an earlier world; look at it`);
    if (found !== 'same') continue;
    await endProcess(leftover);
    notes.push(`ended process ${leftover.pid}, left over from an earlier world`);
  }
  return notes;
};

const endProcess = async (leftover: ProcessIdentity): Promise<void> => {
  const deadlineMs = performance.now() + endMsMax;
  signal(leftover, 'SIGTERM');
  while (findProcess(leftover) === 'same') {
    if (performance.now() > deadlineMs) signal(leftover, 'SIGKILL');
    await sleep(50);
  }
};

const signal = ({ pid }: ProcessIdentity, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in between.
  }
};

const clear = (path: string): void => {
  for (const name of readdirSync(path))
    if (name !== markerName && name !== lockName) rmSync(join(path, name), { recursive: true, force: true });
};
