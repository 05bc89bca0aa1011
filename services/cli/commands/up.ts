/**
 * `rejoin up`: boots the world, plays order histories into it if asked, reports, and serves until it is told to stop.
 *
 * Whatever happens on the way (a taken port, a failed play, Ctrl-C in the middle of booting), no process of the world is
 * left behind. Standard output carries the report alone; everything that is said on the way goes to standard error.
 */
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { Consistency } from '../../../domain/ledger/position.ts';
import { type ControlServer, startControlServer } from '../../../infra/world/control/control-server.ts';
import type { HttpHandler } from '../../../infra/world/http-trigger.ts';
import { closeServer, listenLocally } from '../../../infra/world/local-http.ts';
import type { StartWorldOptions } from '../../../infra/world/main.ts';
import type { PlayHistories } from '../../../infra/world/play/play.ts';
import type { Report } from '../../../infra/world/play/report.ts';
import { reportToHtml } from '../../../infra/world/play/report-html.ts';
import { reportToText } from '../../../infra/world/play/report-text.ts';
import { openStateDirectory, type StateDirectory } from '../../../infra/world/state-directory.ts';
import type { World } from '../../../infra/world/world-types.ts';
import { describeWorldUp } from './describe-world.ts';
import { createPlayProgress } from './play-progress.ts';

export interface UpOptions {
  readonly portBase: number;
  readonly regions: readonly string[];
  /** Of the ledger. */
  readonly consistency: Consistency;
  /** Holds the lease of the primary; without one a primary is replaced by hand. */
  readonly witness?: string | undefined;
  /** In seconds: a link that is later than this stops the decisions of all regions but the primary. */
  readonly breakerThreshold?: number | undefined;
  /** As REVIEW_GRACE_SECONDS has it. */
  readonly grace?: string | undefined;
  /** In seconds: a region that is silent for longer leaves its cases to another. */
  readonly takeover?: number | undefined;
  /** Not used with `once`, which keeps nothing. */
  readonly state: string;
  readonly fresh: boolean;
  readonly once: boolean;
  readonly play: boolean;
  readonly data?: string | undefined;
  readonly json: boolean;
}

export interface UpDeps {
  readonly startWorld: (options: StartWorldOptions) => Promise<World>;
  readonly playHistories: (options: PlayHistories) => Promise<Report>;
  /** Of the world's own address. */
  readonly openDashboard: () => Promise<HttpHandler>;
  readonly output: Writable;
  readonly errors: Writable;
  /** Resolves with the signal that asks the world to end. */
  readonly stopRequested: Promise<NodeJS.Signals>;
}

/** Returns the exit code. */
export const upCommand = async (options: UpOptions, deps: UpDeps): Promise<number> => {
  const say = (line: string) => deps.errors.write(`${line}\n`);
  const fail = (error: unknown): number => {
    say(`rejoin up: ${error instanceof Error ? error.message : String(error)}`);
    return exitFailed;
  };
  if (options.play && options.consistency === 'strong')
    return fail(new Error('order histories are played where regions write apart: leave out --play or --consistency'));
  const state = await claimState(options, say);
  if (state === 'refused') return exitFailed;
  try {
    await assertPortsFree(options);
    const world = await bootWorld(options, deps, state, say);
    try {
      return await serve(world, options, deps, say);
    } finally {
      await world.stop();
    }
  } catch (error) {
    return fail(error);
  } finally {
    state?.release();
  }
};

const exitFailed = 1;

const claimState = async (
  { state, fresh, once }: UpOptions,
  say: (line: string) => void,
): Promise<StateDirectory | undefined | 'refused'> => {
  if (once) return undefined;
  const opened = await openStateDirectory({ path: resolve(state), isFresh: fresh });
  if (opened.kind === 'refused') {
    say(`rejoin up: ${opened.message}`);
    return 'refused';
  }
  for (const note of opened.notes) say(note);
  return opened.state;
};

/** Before anything is started, so that a taken port is said at once. */
const assertPortsFree = async ({ portBase, regions }: UpOptions): Promise<void> => {
  for (let port = portBase; port <= portBase + regions.length; port++) {
    const probe = createServer();
    await listenLocally(probe, port);
    await closeServer(probe);
  }
};

const bootWorld = (
  { portBase, regions, consistency, witness, breakerThreshold, grace, takeover }: UpOptions,
  { startWorld }: UpDeps,
  state: StateDirectory | undefined,
  say: (line: string) => void,
): Promise<World> => {
  say(`Booting ${regions.join(' and ')} ...`);
  return startWorld({
    regions,
    consistency,
    witness,
    breaker: { thresholdSeconds: breakerThreshold },
    review: { graceSeconds: grace, takeoverSeconds: takeover },
    apiPortFirst: portBase + 1,
    directory: state?.path,
    onProcess: state?.recordProcess,
    onFault: (fault) => say(`world: ${fault instanceof Error ? fault.message : String(fault)}`),
    onNote: say,
  });
};

const serve = async (world: World, options: UpOptions, deps: UpDeps, say: (line: string) => void): Promise<number> => {
  const control = await startControlServer({
    world,
    port: options.portBase,
    dashboard: options.once ? undefined : await openOrSay(deps, say),
    onFault: (fault) => say(`world: ${String(fault)}`),
  });
  try {
    const stopped = deps.stopRequested.then((signal) => ({ kind: 'stopped', signal }) as const);
    const work = playAndReport(world, control, options, deps);
    const first = await Promise.race([work, stopped]);
    if (first.kind === 'stopped') return sayStopped(first.signal, say);
    if (options.once) return first.exitCode;
    say(await describeWorldUp(world, { controlPort: control.port, hasReport: options.play }));
    sayStopped((await stopped).signal, say);
    return 0;
  } finally {
    await control.stop();
  }
};

/** Orders can be written and read without it. */
const openOrSay = ({ openDashboard }: UpDeps, say: (line: string) => void): Promise<HttpHandler | undefined> =>
  openDashboard().catch((error: unknown) => {
    say(`There is no dashboard: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });

interface Played {
  readonly kind: 'played';
  readonly exitCode: number;
}

const playAndReport = async (
  world: World,
  control: ControlServer,
  { play, data, json }: UpOptions,
  { playHistories, output, errors }: UpDeps,
): Promise<Played> => {
  if (!play) return { kind: 'played', exitCode: 0 };
  const progress = createPlayProgress(errors);
  try {
    const report = await playHistories({ world, dataDir: data, onProgress: progress.show });
    progress.end();
    control.setReport(reportToHtml(report));
    output.write(json ? `${JSON.stringify(report)}\n` : `${reportToText(report)}\n`);
    const isKept = report.ledger.entriesLost === 0 && report.ledger.viewsEqual;
    return { kind: 'played', exitCode: isKept ? 0 : exitFailed };
  } finally {
    progress.end();
  }
};

/** What a shell expects of a process that a signal ended. */
const sayStopped = (signal: NodeJS.Signals, say: (line: string) => void): number => {
  say(`${signal}: stopping the world ...`);
  return signal === 'SIGINT' ? 130 : 143;
};
