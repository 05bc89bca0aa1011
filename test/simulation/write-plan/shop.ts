/**
 * Customers and systems who ask every region every few seconds: for new orders and decisions, which only the primary takes
 * while regions do not see each other, and for facts, notes and tags, which any region takes. Whoever hears nothing asks
 * again, here or elsewhere.
 */
import type { Command } from '../../../domain/decide/command.ts';
import {
  addressChanged,
  cancelled,
  type EventDraft,
  noteChanged,
  packed,
  paid,
  placed,
  points,
  shipped,
  tagAdded,
} from '../../support/builders/retail-drafts.ts';
import type { RandomStream, RandomStreams } from '../kernel/random-streams.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import { draftCommand } from '../workload/client.ts';
import type { PlanRegion } from './region/plan-region.ts';

export interface PlanShopDeps {
  readonly scheduler: Scheduler;
  readonly randomStreams: RandomStreams;
  readonly regions: readonly PlanRegion[];
}

export const openPlanShop = ({ scheduler, randomStreams, regions }: PlanShopDeps): void => {
  let recent: readonly string[] = [];
  let commands = 0;

  const drawCommand = (random: RandomStream): readonly [string, Command] => {
    const key = `command-${++commands}`;
    const isNew = recent.length === 0 || random.chance(0.45);
    const stream = isNew ? `order/acme/${firstOrder + commands}` : random.pick(recent);
    if (isNew) recent = [...recent, stream].slice(-recentMax);
    return [stream, draftCommand(key, [isNew ? placed() : drawEvent(random)])];
  };

  const ask = (region: PlanRegion, random: RandomStream): void => {
    const [stream, command] = drawCommand(random);
    send(region, random, stream, command, triesMax);
  };

  const send = (region: PlanRegion, random: RandomStream, stream: string, command: Command, tries: number): void => {
    let isAnswered = false;
    region.handle(stream, command, ({ kind }) => {
      isAnswered = kind !== 'failed';
    });
    if (tries > 1)
      scheduler.after(random.logBetween(500, 60_000), 'client looks again', () => {
        const next = random.chance(0.5) ? random.pick(regions) : region;
        if (!isAnswered) send(next, random, stream, command, tries - 1);
      });
  };

  for (const region of regions) {
    const random = randomStreams(`shop ${region.name}`);
    const next = (): void =>
      scheduler.after(random.between(500, askMsMax), 'shop', () => {
        ask(region, random);
        next();
      });
    next();
  }
};

const firstOrder = 1000;
const recentMax = 8;
const triesMax = 3;
const askMsMax = 6_000;

const drawEvent = (random: RandomStream): EventDraft => {
  const drafts = [
    addressChanged('Lisbon'),
    points(random.integer(1, 9)),
    points(random.integer(1, 9)),
    cancelled(),
    paid(),
    packed(),
    shipped(),
    noteChanged(`note ${random.integer(1, 99)}`),
    tagAdded(`tag-${random.integer(1, 9)}`),
  ];
  return random.pick(drafts);
};
