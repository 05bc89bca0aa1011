/** `rejoin plan`: who is primary, and who is to be. It works on the region's tables, so no API has to answer. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { sha256 } from '../../../infra/node/sha256.ts';
import { openWritePlan, type WritePlanService } from '../../write-plan/open-write-plan.ts';
import { type PlanDeps, planHistory, promoteRegion, showPlan } from '../commands/plan.ts';
import { exitUsage } from '../exit-codes.ts';
import type { RegionPorts } from '../region-ports.ts';
import { io, onRegion } from './on-region.ts';
import { type RegionOptions, toRegion, withJson, withRegion } from './options.ts';
import { osUser, toActor, toKey } from './who-and-key.ts';

interface PromoteOptions extends RegionOptions {
  readonly reason: string;
  readonly regions?: readonly string[];
  readonly withoutWitness: boolean;
  readonly actor?: string;
  readonly key?: string;
}

export const addPlan = (program: Command): void => {
  const plan = program.command('plan').description('which region is primary, and which take decisions');
  const show = plan
    .command('show', { isDefault: true })
    .description('the plan, breaker, links and lease, as the region has them: 1 where the plan was written twice');
  withJson(withRegion(show)).action((options: RegionOptions) =>
    run('show', options, (deps) => showPlan({ isJson: options.json }, deps)),
  );
  const history = plan.command('history').description('who changed the plan, when and why, newest first');
  withJson(withRegion(history)).action((options: RegionOptions) =>
    run('history', options, (deps) => planHistory({ isJson: options.json }, deps)),
  );
  const promote = plan
    .command('promote')
    .argument('<primary>', 'the region that is to be primary; it need not be the one that this runs on', toRegion)
    .description('make a region primary: it takes decisions where regions do not see each other')
    .requiredOption('--reason <text>', 'why, for those who look back')
    .option(
      '--regions <names>',
      'that take decisions while they see each other; as it is, when left out',
      toPlanRegions,
    )
    .option('--without-witness', 'you have made sure that no other region takes decisions', false)
    .option('--actor <name>', 'who changes it; you, when left out', toActor)
    .option('--key <key>', 'of an earlier try that is to be found again', toKey);
  withJson(withRegion(promote)).action((primary: string, options: PromoteOptions) => {
    const actor = options.actor ?? osUser();
    if (actor === undefined) return promote.error('error: this system does not say who you are: say --actor');
    const { reason, regions, withoutWitness, key: idempotencyKey = `cli-${randomUUID()}` } = options;
    const proposal = { primary, reason, regions, withoutWitness, actor, idempotencyKey };
    return run('promote', options, (deps) => promoteRegion(proposal, { isJson: options.json }, deps));
  });
};

const run = (verb: string, options: RegionOptions, work: (deps: PlanDeps) => Promise<number>): Promise<void> =>
  onRegion(`rejoin plan ${verb}`, options, async (ports) => {
    const writePlan = openPlan(ports, verb);
    return writePlan ? work({ ...io, writePlan, nowMs: Date.now }) : exitUsage;
  });

const openPlan = (ports: RegionPorts, verb: string): WritePlanService | undefined => {
  const { writePlan: settings, peers } = ports.settings;
  const say = (line: string) => io.errors.write(`rejoin plan ${verb}: ${line}\n`);
  if (!settings) {
    say(
      'there is no write plan here: one region, or a strongly consistent table. Else set PRIMARY_REGION, PEERS and WITNESS as the functions of the region have them',
    );
    return undefined;
  }
  return openWritePlan({
    ...ports,
    settings,
    peers: peers.map(({ region }) => region),
    clock: { nowMs: Date.now },
    random: Math.random,
    sleep: (ms) => sleep(ms),
    sha256,
    metrics: { count: () => undefined },
    onFault: (fault) => say(`no record of the enactment could be left: ${String(fault)}`),
  });
};

const toPlanRegions = (text: string): readonly string[] => text.split(',').map((name) => toRegion(name.trim()));
