/** `rejoin orders`: what the live views say. */
import type { Command } from 'commander';
import { namePattern } from '../../../domain/ledger/stream-name.ts';
import type { ListQuery } from '../../../domain/ports/view-store.ts';
import { createLiveViews } from '../../../projections/read-models/live-views.ts';
import { listOrders, type OrdersDeps, showOrder, showTotals } from '../commands/orders.ts';
import { deployedLifecycle } from '../projection-code.ts';
import type { RegionPorts } from '../region-ports.ts';
import { io, onRegion } from './on-region.ts';
import { defaultTenant, type RegionOptions, toCount, toName, withJson, withRegion } from './options.ts';

interface OrdersOptions extends RegionOptions {
  readonly tenant: string;
}

interface ListOptions extends OrdersOptions {
  readonly status?: string;
  readonly customer?: string;
  readonly openCases: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export const addOrders = (program: Command): void => {
  const orders = program.command('orders').description('look into the live views');
  const list = orders
    .command('list')
    .description('one list, page by page: say which')
    .option('--status <status>', 'orders that stand there, newest first')
    .option('--customer <id>', "a customer's orders, newest first")
    .option('--open-cases', 'orders that wait for a person, oldest case first', false)
    .option('--limit <count>', 'orders of one page', toCount(limitMax), limitDefault)
    .option('--cursor <cursor>', 'from the page before');
  withOrders(list).action((options: ListOptions) => {
    const chosen = chooseList(options);
    if (typeof chosen === 'string') return list.error(`error: ${chosen}`);
    return onRegion('rejoin orders list', options, (ports) =>
      listOrders(
        { ...chosen, tenant: options.tenant, limit: options.limit, after: options.cursor },
        { isJson: options.json },
        depsOf(ports),
      ),
    );
  });
  const show = orders.command('show <id>').description('one order, with its history');
  withOrders(show).action((orderId: string, options: OrdersOptions) => {
    if (!namePattern.test(orderId)) return show.error(`error: ${orderId} is not the id of an order`);
    return onRegion('rejoin orders show', options, (ports) =>
      showOrder({ tenant: options.tenant, orderId }, { isJson: options.json }, depsOf(ports)),
    );
  });
  const totals = orders.command('totals').description('statistics and money');
  withOrders(totals).action((options: OrdersOptions) =>
    onRegion('rejoin orders totals', options, (ports) =>
      showTotals(options.tenant, { isJson: options.json }, depsOf(ports)),
    ),
  );
};

const limitDefault = 20;
const limitMax = 1_000;

const withOrders = (command: Command): Command =>
  withJson(withRegion(command.option('--tenant <name>', 'whose orders', toName, defaultTenant)));

type ChosenList =
  | { readonly list: 'status'; readonly status: string }
  | { readonly list: 'customer'; readonly customerId: string }
  | { readonly list: 'open-cases' };

/** Text says what is wrong. */
const chooseList = ({ status, customer, openCases }: ListOptions): ChosenList | string => {
  const chosen: readonly ChosenList[] = [
    ...(status === undefined ? [] : [{ list: 'status' as const, status }]),
    ...(customer === undefined ? [] : [{ list: 'customer' as const, customerId: customer }]),
    ...(openCases ? [{ list: 'open-cases' as const }] : []),
  ];
  const [first] = chosen;
  if (!first || chosen.length > 1) return 'say one of --status, --customer and --open-cases';
  if (status !== undefined && !deployedLifecycle.statuses.includes(status))
    return `--status must be one of ${deployedLifecycle.statuses.join(', ')}`;
  if (customer === '') return '--customer must not be empty';
  return first satisfies Partial<ListQuery>;
};

const depsOf = ({ generations, openViews }: RegionPorts): OrdersDeps => ({
  ...io,
  views: createLiveViews({ generations, openViews, clock: { nowMs: Date.now } }),
  nowMs: Date.now,
});
