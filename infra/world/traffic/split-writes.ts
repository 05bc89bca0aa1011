/**
 * What is written in two regions at once, about one paid order, while they do not see each other.
 *
 * Decisions of weight go `here`, where they are still taken when the other region has noticed and stopped taking them;
 * `there` get facts, notes and tags. So a partition goes on being interesting however long it lasts.
 */
import type { Random } from '../../../domain/ports/clock.ts';
import {
  addTag,
  cancelAndRefund,
  changeAddress,
  changeNote,
  type OrderLife,
  type OrderStep,
  pack,
  ship,
} from './order-life.ts';

export interface SplitWrite {
  readonly name: string;
  readonly here: readonly OrderStep[];
  readonly there: readonly OrderStep[];
  /** The rest of the order's life can go on after it. */
  readonly goesOn: boolean;
}

export type PlanSplit = (life: OrderLife, random: Random) => SplitWrite;

/** Taken in turn, so that a few orders are enough to see most merge and some need a person. */
export const splitWrites: readonly PlanSplit[] = [
  (_, random) => ({
    name: 'a note here and a tag there',
    here: [changeNote(random)],
    there: [addTag(random)],
    goesOn: true,
  }),
  ({ amount }) => ({
    name: 'cancelled here and shipped there',
    here: cancelAndRefund(amount),
    there: [ship()],
    goesOn: false,
  }),
  (_, random) => ({
    name: 'a note here and shipped there',
    here: [changeNote(random)],
    there: [pack(), ship()],
    goesOn: false,
  }),
  (_, random) => ({
    name: 'a note on either side',
    here: [changeNote(random)],
    there: [changeNote(random)],
    goesOn: true,
  }),
  ({ amount }) => ({
    name: 'cancelled here and packed there',
    here: cancelAndRefund(amount),
    there: [pack()],
    goesOn: false,
  }),
  (_, random) => ({
    name: 'another address here and shipped there',
    here: [changeAddress(random)],
    there: [ship()],
    goesOn: false,
  }),
];
