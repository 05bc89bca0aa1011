/**
 * The life of one order as its customer, warehouse, carrier and payment provider tell it: what happens and when, drawn
 * from the order's own random stream. Sources report late and out of order; people change their minds at any moment.
 */

import {
  addressChanged,
  cancelled,
  delivered,
  type EventDraft,
  noteChanged,
  packed,
  paid,
  placed,
  points,
  refunded,
  returnReceived,
  returnRequested,
  shipped,
  tagAdded,
  tagRemoved,
} from '../../support/builders/retail-drafts.ts';
import type { RandomStream } from '../kernel/random-streams.ts';

export interface StoryStep {
  /** After the order's beginning. */
  readonly afterMs: number;
  readonly drafts: readonly [EventDraft, ...EventDraft[]];
}

export const tellLifeStory = (random: RandomStream, lifeMs: number): readonly StoryStep[] => {
  const whenMs = (share: number): number => share * lifeMs * random.logBetween(0.5, 2);
  const step = (share: number, ...drafts: StoryStep['drafts']): StoryStep => ({ afterMs: whenMs(share), drafts });
  const amount = random.integer(100, 50_000);
  const isInstalments = random.chance(0.15);
  const steps: StoryStep[] = [{ afterMs: 0, drafts: [placed(random.pick(cities))] }];
  steps.push(step(0.1, paid(amount)));
  if (isInstalments) steps.push(step(0.3, paid(random.integer(1, amount))));
  if (random.chance(0.9)) steps.push(step(0.3, packed()));
  if (random.chance(0.85)) steps.push(step(0.5, shipped(`T${random.integer(1, 9999)}`)));
  if (random.chance(0.75)) steps.push(step(0.8, delivered()));
  if (random.chance(0.25)) steps.push(step(random.between(0.05, 0.8), cancelled()));
  if (random.chance(0.1)) steps.push(step(0.4, shipped()));
  if (random.chance(0.2))
    steps.push(step(0.9, returnRequested()), step(1, returnReceived()), step(1.1, refunded(random.integer(1, amount))));
  for (let extras = random.integer(0, 4); extras > 0; extras--)
    steps.push(step(random.between(0.01, 1), ...drawExtra(random)));
  return steps.sort((left, right) => left.afterMs - right.afterMs);
};

const cities = ['Recife', 'Natal', 'Belém', 'Manaus'] as const;
const tags = ['gift', 'vip', 'fragile'] as const;

/** What is legal at any time or nearly so; now and then two in one entry. */
const drawExtra = (random: RandomStream): StoryStep['drafts'] => {
  const draw = (): EventDraft => {
    switch (random.integer(0, 5)) {
      case 0:
        return noteChanged(`note ${random.integer(1, 99)}`);
      case 1:
        return addressChanged(random.pick(cities));
      case 2:
        return points(random.integer(-50, 100));
      case 3:
        return tagRemoved(random.pick(tags));
      default:
        return tagAdded(random.pick(tags));
    }
  };
  return random.chance(0.15) ? [draw(), draw()] : [draw()];
};

/** Another payload that might come under a key that was used already. */
export const drawOther = (random: RandomStream): StoryStep['drafts'] => drawExtra(random);
