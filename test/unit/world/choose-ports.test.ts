import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { choosePorts } from '../../../infra/world/choose-ports.ts';
import { closeServer, listenLocally } from '../../../infra/world/local-http.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(closeServer));
});

describe('ports that are chosen before anybody listens', () => {
  it('leaves those alone that were asked for', async () => {
    expect(await choosePorts([4101, 4102])).toEqual([4101, 4102]);
  });

  it('differ, are free, and are none that an outgoing connection is given', async () => {
    const ports = await choosePorts(Array.from({ length: 50 }, () => 0));
    expect(new Set(ports).size).toBe(50);
    for (const port of ports) {
      expect(port).toBeLessThan(32_768);
      const server = createServer();
      servers.push(server);
      expect(await listenLocally(server, port)).toBe(port);
    }
  });
});
