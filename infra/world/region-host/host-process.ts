/**
 * The supervisor's side of a region's host process: starts it, keeps it alive, and ends it by its id.
 *
 * Lambda replaces a function that died without being asked; so does this. A host that dies again and again waits
 * longer each time, so that a broken one does not eat the machine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sleep } from '../../../domain/ports/clock.ts';
import { PortInUseError } from '../local-http.ts';
import type { InvokeFunction, InvokeOutcome } from '../step-functions/step-functions.ts';
import { type HostTriggers, type MessageFromHost, type MessageToHost, parseMessageFromHost } from './messages.ts';
import { readLines } from './read-lines.ts';

export interface HostProcessOptions {
  readonly region: string;
  /** 0 is a free port; a host that is started again takes the same one. */
  readonly port: number;
  /** All that the process gets of an environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly triggers: HostTriggers;
  readonly isOut: () => boolean;
  readonly sleep: Sleep;
  readonly onFault: (fault: unknown) => void;
  /** Of its log, without the end of the line. */
  readonly onLogLine: (line: string) => void;
  /** Called for every process that is started. */
  readonly onStart: (pid: number) => void;
}

export interface HostProcess {
  readonly port: number;
  readonly pid: () => number | undefined;
  /** Tells the process that its region is out, or back. */
  readonly announceOutage: () => void;
  /** Resolves when the projector has seen all that the ledger held at this call. */
  readonly caughtUp: () => Promise<void>;
  readonly invoke: InvokeFunction;
  /** At once, and until `restart` no other is started. */
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const restartPauseMsMin = 200;
const restartPauseMsMax = 5_000;
/** Who lived this long did not die of its start. */
const stableAfterMs = 10_000;
const stopMsMax = 3_000;

/** Throws a PortInUseError, or what kept the process from starting. */
export const startHostProcess = async (options: HostProcessOptions): Promise<HostProcess> => {
  const { region, isOut, sleep, onFault, onStart } = options;
  let port = options.port;
  let isStopped = false;
  /** While the host was killed for good: resolves when it may come back. */
  let held: PromiseWithResolvers<void> | undefined;
  let current = await start();
  port = current.port;
  const kept = keepAlive();

  async function start(): Promise<RunningHost> {
    const child = spawnHost(port, options);
    if (child.pid !== undefined) onStart(child.pid);
    const host = await untilReady(child, port);
    host.tell({ kind: 'outage', isOut: isOut() });
    return host;
  }

  async function keepAlive(): Promise<void> {
    let pauseMs = restartPauseMsMin;
    while (!isStopped) {
      const startedAtMs = performance.now();
      await current.ended;
      if (isStopped) return;
      pauseMs =
        performance.now() - startedAtMs > stableAfterMs ? restartPauseMsMin : Math.min(restartPauseMsMax, pauseMs * 2);
      if (!held) onFault(new Error(`the host of ${region} ended, starts again`));
      await (held?.promise ?? sleep(pauseMs));
      if (isStopped) return;
      await start().then((host) => {
        current = host;
      }, onFault);
    }
  }

  return {
    port,
    pid: () => (current.hasEnded() ? undefined : current.pid),
    announceOutage: () => current.tell({ kind: 'outage', isOut: isOut() }),
    caughtUp: async () => {
      while (!isStopped && !(await current.caughtUp())) await sleep(restartPauseMsMin);
    },
    invoke: (functionName, payload) => current.invoke(functionName, payload),
    kill: async () => {
      held ??= Promise.withResolvers();
      current.child.kill('SIGKILL');
      await current.ended;
    },
    restart: async () => {
      held?.resolve();
      held = undefined;
      while (!isStopped && current.hasEnded()) await sleep(restartPauseMsMin);
    },
    stop: async () => {
      isStopped = true;
      held?.resolve();
      await endChild(current.child);
      await kept;
      // A process may have been on its way while the last one ended.
      await endChild(current.child);
    },
  };
};

interface RunningHost {
  readonly child: ChildProcess;
  readonly pid: number | undefined;
  readonly port: number;
  readonly ended: Promise<unknown>;
  readonly hasEnded: () => boolean;
  readonly tell: (message: MessageToHost) => void;
  /** False when the process ended before it could answer. */
  readonly caughtUp: () => Promise<boolean>;
  readonly invoke: InvokeFunction;
}

/** Beside this file, and as it is: source, or built. */
const entryPoint = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));

/** CloudWatch Logs takes no event that is larger. */
const logLineCharsMax = 256 * 1024;

/** Its standard output is its log, as on Lambda: read here, and never ours, which may be one JSON object. */
const spawnHost = (port: number, { env, triggers, onLogLine }: HostProcessOptions): ChildProcess => {
  const child = spawn(process.execPath, [entryPoint, String(port), JSON.stringify(triggers)], {
    env: { ...env, ...compileCache() },
    stdio: ['ignore', 'pipe', process.stderr.fd, 'ipc'],
  });
  if (child.stdout) readLines(child.stdout, logLineCharsMax, onLogLine);
  return child;
};

/** Ours, if we have one. Node keeps it in a folder of its version below the one that it is told. */
const compileCache = (): Readonly<Record<string, string>> => {
  const directory = getCompileCacheDir();
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: dirname(directory) };
};

const untilReady = async (child: ChildProcess, port: number): Promise<RunningHost> => {
  const ended = once(child, 'exit');
  const ready = new Promise<number>((resolve, reject) => {
    child.on('message', (message) => {
      const told = parseMessageFromHost(message);
      if (told?.kind === 'ready') resolve(told.port);
      if (told?.kind === 'not-started')
        reject(told.code === 'port-in-use' ? new PortInUseError(port) : new Error(told.message));
    });
  });
  const endedEarly = ended.then(() => {
    throw new Error('the host process ended before it was ready');
  });
  const answeredPort = await Promise.race([ready, endedEarly]);
  endedEarly.catch(() => undefined);
  return createRunningHost(child, answeredPort, ended);
};

const createRunningHost = (child: ChildProcess, port: number, ended: Promise<unknown>): RunningHost => {
  const answers = new Map<number, (answer: MessageFromHost) => void>();
  let questions = 0;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const tell = (message: MessageToHost): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  child.on('message', (message) => {
    const told = parseMessageFromHost(message);
    if (told && 'question' in told) answers.get(told.question)?.(told);
  });
  /** Undefined when the process ended before it could answer. */
  const ask = async (toMessage: (question: number) => MessageToHost): Promise<MessageFromHost | undefined> => {
    if (hasEnded()) return undefined;
    const question = ++questions;
    const answered = new Promise<MessageFromHost>((resolve) => answers.set(question, resolve));
    tell(toMessage(question));
    const answer = await Promise.race([answered, ended.then(() => undefined)]);
    answers.delete(question);
    return answer;
  };
  return {
    child,
    pid: child.pid,
    port,
    ended,
    hasEnded,
    tell,
    caughtUp: async () => (await ask((question) => ({ kind: 'await-caught-up', question }))) !== undefined,
    invoke: async (functionName, payload): Promise<InvokeOutcome> => {
      const told = await ask((question) => ({ kind: 'invoke', question, functionName, payload }));
      return told?.kind === 'invoked' ? told.outcome : { kind: 'unavailable' };
    },
  };
};

const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const insist = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(insist);
};
