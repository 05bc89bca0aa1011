/**
 * Whether a process is still the one that we once started. A process id alone does not say: systems give it to others
 * later, and whoever ends a process by an old id may end anybody's. The id with its start time is one process only.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in whatever way this system says it; undefined where it does not. */
  readonly startedAt: string | undefined;
}

export type ProcessState =
  | 'gone'
  /** Alive and the same. */
  | 'same'
  /** Alive, and nobody can tell whether it is the same. */
  | 'unknown';

export const identifyProcess = (pid: number): ProcessIdentity => ({ pid, startedAt: startTimeOf(pid) });

export const findProcess = ({ pid, startedAt }: ProcessIdentity): ProcessState => {
  if (!isAlive(pid)) return 'gone';
  const current = startTimeOf(pid);
  if (startedAt === undefined || current === undefined) return 'unknown';
  return current === startedAt ? 'same' : 'gone';
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Linux says it in ticks since the boot, so the boot is part of it; elsewhere `ps` knows it to the second. */
const startTimeOf = (pid: number): string | undefined => {
  const fields = statFields(pid);
  if (fields) return `${readText('/proc/sys/kernel/random/boot_id')?.trim()} ${fields[startTimeField]}`;
  try {
    const answer = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.trim() || undefined;
  } catch {
    return undefined;
  }
};

/** Ended, but its parent has not looked yet. */
const isZombie = (pid: number): boolean => statFields(pid)?.[0] === 'Z';

/** The fields after the command, which stands in parentheses and may hold anything. */
const statFields = (pid: number): readonly string[] | undefined => {
  const stat = readText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** Field 22 of the file; the first one after the command is field 3. */
const startTimeField = 19;

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
