/**
 * What happens in a region's review, as the referee is told of it.
 */
import type { ReviewAlert } from '../../../domain/ports/alert-bus.ts';
import type { WorkflowInput } from '../../../domain/ports/review-workflows.ts';
import type { CaseLife } from '../../../domain/review/case-life.ts';
import type { Resolution, ResolveOutcome } from '../../../services/review/resolve-case.ts';

export type ReviewEvent = { readonly region: string } & (
  | { readonly kind: 'life'; readonly life: CaseLife; readonly before: CaseLife | undefined }
  | { readonly kind: 'said'; readonly alert: ReviewAlert }
  | { readonly kind: 'started'; readonly input: WorkflowInput }
  | { readonly kind: 'entered'; readonly input: WorkflowInput; readonly state: string }
  /** A task that waited for a person ended without an answer. */
  | { readonly kind: 'lost'; readonly input: WorkflowInput; readonly error: string }
  | { readonly kind: 'resolved'; readonly resolution: Resolution; readonly outcome: ResolveOutcome }
  | { readonly kind: 'dead-letter'; readonly role: string; readonly sentAtMs: number }
);

/** Empty where it is about no order. */
export const streamOf = (event: ReviewEvent): string => {
  switch (event.kind) {
    case 'life':
      return event.life.stream;
    case 'said':
      return event.alert.stream;
    case 'resolved':
      return event.resolution.stream;
    case 'started':
    case 'entered':
    case 'lost':
      return event.input.stream;
    case 'dead-letter':
      return '';
  }
};
