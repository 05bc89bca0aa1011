/**
 * Plays the state machine of infra/cloudformation/review.asl.json for the workflows of one region in memory: looks, waits,
 * asks by a message on the region's queue, loses patience, and decides; each step through the real function.
 */
import type { ReviewAnswer, WorkflowInput } from '../../domain/ports/review-workflows.ts';
import { workflowName } from '../../domain/review/case-life.ts';
import type { NextStep } from '../../services/review/decide-case.ts';
import { type ReviewRegion, sqsRecord } from './review-region.ts';

type Place =
  | { readonly at: 'look' }
  | { readonly at: 'wait'; readonly untilMs: number }
  | { readonly at: 'ask'; readonly escalations: number }
  | {
      readonly at: 'asking';
      readonly token: string;
      readonly escalations: number;
      readonly askedAtMs: number;
      readonly beats: number;
      readonly beatenAtMs: number;
    }
  | { readonly at: 'decide'; readonly answer: ReviewAnswer }
  | { readonly at: 'escalate'; readonly escalations: number };

const heartbeatMs = 600_000;
const timeoutMs = 24 * 60 * 60_000;
/** A step that is taken this often goes round in circles. */
const stepsMax = 200;

export const createReviewMachine = (region: ReviewRegion) => {
  const { clock, workflows } = region;
  const places = new Map<string, Place>();
  let messages: readonly string[] = [];
  let steps = 0;

  /** Whether it goes on. */
  const enter = (name: string, next: NextStep): boolean => {
    switch (next.next) {
      case 'wait':
        places.set(name, { at: 'wait', untilMs: Date.parse(next.until) });
        return true;
      case 'ask':
        places.set(name, { at: 'ask', escalations: next.escalations });
        return true;
      case 'done':
        places.delete(name);
        workflows.end(name);
        return false;
    }
  };

  /** False where it waits for somebody, or for time to pass, or has ended. */
  const step = async (name: string, input: WorkflowInput): Promise<boolean> => {
    const place: Place = places.get(name) ?? { at: 'look' };
    const nowMs = clock.nowMs();
    switch (place.at) {
      case 'look':
        return enter(name, await region.decide({ step: 'look', ...input }));
      case 'wait':
        if (nowMs < place.untilMs) return false;
        places.set(name, { at: 'look' });
        return true;
      case 'ask': {
        const token = workflows.ask(name);
        messages = [...messages, JSON.stringify({ ...input, escalations: place.escalations, taskToken: token })];
        places.set(name, { ...place, at: 'asking', token, askedAtMs: nowMs, beats: 0, beatenAtMs: nowMs });
        return true;
      }
      case 'asking': {
        const { token, askedAtMs, escalations } = place;
        const answer = workflows.take(name);
        const beats = workflows.beats().filter((beaten) => beaten === token).length;
        const beatenAtMs = beats > place.beats ? nowMs : place.beatenAtMs;
        const isLate = nowMs - askedAtMs >= timeoutMs;
        const isForgotten = nowMs - beatenAtMs >= heartbeatMs;
        places.set(name, { ...place, beats, beatenAtMs });
        if (answer) places.set(name, { at: 'decide', answer });
        else if (isLate) places.set(name, { at: 'escalate', escalations });
        else if (isForgotten) places.set(name, { at: 'look' });
        else return false;
        if (!answer) workflows.giveUpAsking(name);
        return true;
      }
      case 'decide':
        return enter(name, await region.decide({ step: 'decide', ...input, answer: place.answer }));
      case 'escalate':
        return enter(name, await region.decide({ step: 'escalate', ...input, escalations: place.escalations }));
    }
  };

  return {
    /** All go on as far as they can. A step that throws is the workflow's end, as after too many tries. */
    run: async (): Promise<void> => {
      for (const input of workflows.runningInputs()) {
        const name = workflowName(input.caseId, input.workflow);
        try {
          while (await step(name, input)) if (++steps > stepsMax) throw new Error('the workflow goes round in circles');
        } catch (error) {
          if (steps > stepsMax) throw error;
          places.delete(name);
          workflows.end(name);
        }
      }
      steps = 0;
    },
    /** Hands out the messages of those that asked; what failed stays. */
    deliver: async (): Promise<void> => {
      const records = messages.map((body, i) => sqsRecord(`request-${i}`, body));
      if (records.length === 0) return;
      const { batchItemFailures } = await region.holdCases(records);
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      messages = messages.filter((_body, i) => failed.has(`request-${i}`));
    },
    /** Messages are lost. */
    loseMessages: () => {
      messages = [];
    },
    messages: () => messages,
    /** As a restart of the engine. */
    forget: () => {
      places.clear();
      messages = [];
      workflows.restart();
    },
    placeOf: (name: string) => places.get(name)?.at,
  };
};

export type ReviewMachine = ReturnType<typeof createReviewMachine>;
