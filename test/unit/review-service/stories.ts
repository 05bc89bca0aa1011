/** Orders that a person has to look at, as two regions write them. */
import { cancelled, packed, paid, placed, shipped } from '../../support/builders/retail-drafts.ts';
import {
  createReviewClock,
  createReviewRegion,
  eu,
  type ReviewRegion,
  type ReviewRegionOptions,
  sqsRecord,
  stream,
  us,
} from '../../support/review-region.ts';

export const hourMs = 60 * 60_000;
export const minuteMs = 60_000;

/** Shipped there while it was cancelled here: the cancellation, which eu-west-1 accepted, is contested. */
export const createContested = async (options: ReviewRegionOptions = {}) => {
  const clock = options.clock ?? createReviewClock();
  const [there, here] = [us, eu].map((name) => createReviewRegion(name, { ...options, clock })) as [
    ReviewRegion,
    ReviewRegion,
  ];
  await there.append(placed());
  await there.append(paid());
  await here.receive(there);
  await there.append(packed());
  await there.append(shipped());
  const { id: caseId } = await here.append(cancelled());
  await meet(here, there);
  return { clock, here, there, caseId };
};

/** A parcel's scan before its payment: rejected until that arrives. */
export const createEarly = async (options: ReviewRegionOptions = {}) => {
  const here = createReviewRegion(us, options);
  await here.append(placed());
  const { id: caseId } = await here.append(shipped());
  await here.project();
  return { here, clock: here.clock, caseId };
};

/** Everything of both is in both, and in their views. */
export const meet = async (left: ReviewRegion, right: ReviewRegion): Promise<void> => {
  await left.receive(right);
  await right.receive(left);
  for (const region of [left, right]) {
    await region.project();
    for (const peer of region.regions) region.hear(peer);
  }
};

/**
 * Shipped before paid here, which the payment explains; shipped there, too, which is not known here yet. Once it is, the
 * case that was withdrawn opens again.
 */
export const createReopening = async (options: ReviewRegionOptions = {}) => {
  const clock = options.clock ?? createReviewClock();
  const here = createReviewRegion(us, { ...options, clock });
  const there = createReviewRegion(eu, { ...options, clock });
  await here.append(placed());
  await there.receive(here);
  await there.append(paid());
  await there.append(shipped());
  clock.advance(minuteMs);
  const { id: caseId } = await here.append(shipped());
  await here.project();
  return {
    clock,
    here,
    there,
    caseId,
    withdraw: async () => {
      await here.append(paid());
      await here.project();
    },
    reopen: () => meet(here, there),
  };
};

export const request = ({
  caseId,
  token,
  workflow = 1,
  of = stream,
}: {
  readonly caseId: string;
  readonly token: string;
  readonly workflow?: number;
  readonly of?: string;
}) => sqsRecord(token, JSON.stringify({ stream: of, caseId, workflow, escalations: 0, taskToken: token }));
