/**
 * Ports for processes that have to be told theirs before they listen.
 *
 * The system's own answer to "any port" will not do for them: it comes from the range that outgoing connections are given
 * theirs from, so that one may sit on it by the time the process listens, or while it is started again.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:http';
import { closeServer, listenLocally, PortInUseError } from './local-http.ts';

/** Below where outgoing connections begin: 32,768 on Linux, 49,152 on macOS and Windows. */
const portMin = 10_240;
const portEnd = 20_480;
const drawsMax = 100;

/** Each 0 becomes a port that nobody listens on at the moment. */
export const choosePorts = async (ports: readonly number[]): Promise<readonly number[]> => {
  const chosen: number[] = [];
  for (const port of ports) chosen.push(port === 0 ? await choosePort(chosen) : port);
  return chosen;
};

const choosePort = async (taken: readonly number[]): Promise<number> => {
  for (let draw = 1; ; draw++) {
    const port = randomInt(portMin, portEnd);
    if (taken.includes(port)) continue;
    try {
      await assertFree(port);
      return port;
    } catch (error) {
      if (!(error instanceof PortInUseError) || draw === drawsMax) throw error;
    }
  }
};

/** Throws a PortInUseError. */
export const assertFree = async (port: number): Promise<void> => {
  const probe = createServer();
  await listenLocally(probe, port);
  await closeServer(probe);
};
