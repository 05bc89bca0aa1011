/**
 * Lives of real orders: what a Brazilian shop's customers, payment provider and carriers did (Olist's public data),
 * squeezed into a run. Facts that came before their cause came so in reality.
 */
import { fileURLToPath } from 'node:url';
import { readOlistHistories } from '../../../infra/world/play/olist-histories.ts';
import type { OrderHistory } from '../../../infra/world/play/timed-command.ts';
import type { StoryStep } from './life-story.ts';

/** With `afterMs` as a share of the order's life. */
export type RealStory = readonly StoryStep[];

export const readRealStories = (): Promise<readonly RealStory[]> => {
  stories ??= readOlistHistories(folder, ['us-east-1', 'eu-west-1']).then(({ histories }) => histories.map(toStory));
  return stories;
};

let stories: Promise<readonly RealStory[]> | undefined;

const folder = fileURLToPath(new URL('../../../infra/world/data/olist-1000', import.meta.url));

const toStory = ({ commands }: OrderHistory): RealStory => {
  const times = commands.map(({ atMs }) => atMs);
  const firstMs = Math.min(...times);
  const lifeMs = Math.max(1, Math.max(...times) - firstMs);
  return commands.map(({ atMs, type, data, source }) => ({
    afterMs: (atMs - firstMs) / lifeMs,
    drafts: [{ type, v: 1, data, source }],
  }));
};
