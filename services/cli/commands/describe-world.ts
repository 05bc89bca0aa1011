/** What a person can do with a world that is up: addresses, a line that reads an order, a line that breaks something. */
import { parseOrderStream } from '../../../domain/ledger/stream-name.ts';
import type { Region, World } from '../../../infra/world/world-types.ts';

export interface WorldUp {
  readonly controlPort: number;
  readonly hasReport: boolean;
}

export const describeWorldUp = async (world: World, { controlPort, hasReport }: WorldUp): Promise<string> => {
  const [first, second] = world.regions;
  const portOption = controlPort === defaultPortBase ? '' : ` --port-base ${controlPort}`;
  const lines = [
    '',
    `The world is up (${world.engine}). Ctrl-C ends it.`,
    `  dashboard    http://127.0.0.1:${controlPort}/`,
    ...(hasReport ? [`  report       http://127.0.0.1:${controlPort}/world/report`] : []),
    ...world.regions.map(({ name, apiUrl }) => `  ${name.padEnd(12)} ${apiUrl}`),
    ...(world.witness === undefined ? [] : [`  ${world.witness.padEnd(12)} witness: holds the lease of the primary`]),
    '',
    'Read an order:',
    `  TOKEN=$(npm run -s rejoin -- token${portOption})`,
    `  curl -s -H "Authorization: Bearer $TOKEN" ${first ? await someOrderUrl(first) : ''}`,
    ...(first && second
      ? ['Break it yourself:', `  npm run -s rejoin -- fault partition --from ${second.name}${portOption}`]
      : []),
    ...(first && second ? ['And heal it:', `  npm run -s rejoin -- fault heal${portOption}`] : []),
  ];
  return lines.join('\n');
};

export const defaultPortBase = 4100;

/** An order that is there, so that the line works as printed. */
const someOrderUrl = async ({ apiUrl, views }: Region): Promise<string> => {
  for await (const { stream } of views()) {
    const order = parseOrderStream(stream);
    if (order) return `${apiUrl}/orders/${order.orderId}`;
  }
  return `${apiUrl}/health`;
};
