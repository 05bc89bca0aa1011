/**
 * Runs one command on one region: connects, says on standard error which region it is, and turns what goes wrong into a
 * line and an exit code. A bug is not told apart for the shell, but keeps its stack.
 */
import type { Writable } from 'node:stream';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { type Connection, connectRegion, type RegionChoice } from './connect-region.ts';
import { exitFailed, exitUsage } from './exit-codes.ts';
import type { RegionPorts } from './region-ports.ts';
import { StopRequested } from './stop-signal.ts';

export interface CommandIo {
  readonly output: Writable;
  readonly errors: Writable;
}

export interface RunOnRegion extends CommandIo {
  /** As it is typed: `rejoin rebuild`. */
  readonly name: string;
  readonly choice: RegionChoice;
  readonly connect?: (choice: RegionChoice) => Promise<Connection>;
}

/** Returns the exit code. */
export const runOnRegion = async (
  { name, choice, errors, connect = connectRegion }: RunOnRegion,
  work: (ports: RegionPorts) => Promise<number>,
): Promise<number> => {
  const say = (message: string) => errors.write(`${name}: ${message}\n`);
  const connection = await connect(choice);
  if (connection.kind !== 'connected') {
    say(connection.message);
    return connection.kind === 'usage' ? exitUsage : exitFailed;
  }
  if (choice.region === undefined) say(connection.note);
  try {
    return await work(connection.ports);
  } catch (error) {
    say(error instanceof StopRequested ? error.message : describeError(error));
    return error instanceof StopRequested ? error.exitCode : exitFailed;
  } finally {
    connection.ports.close();
  }
};

/** A fault says what was tried; its cause, why it failed. What AWS refused needs no stack, a bug does. */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if ('$metadata' in error) return `${error.name}: ${error.message}`;
  if (!(error instanceof LedgerFault)) return error.stack ?? error.message;
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? `${error.message}: ${cause.message}` : error.message;
};
