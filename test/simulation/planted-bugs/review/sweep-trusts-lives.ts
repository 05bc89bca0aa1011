/** A sweeper that takes every workflow that a life names for running, and does not ask which do. */
import { hasWorkflow, workflowName } from '../../../../domain/review/case-life.ts';
import type { CaseLives } from '../../../../services/review/case-lives.ts';
import type { PlantedBug } from '../planted-bug.ts';

export const sweepTrustsLives: PlantedBug = {
  name: 'sweeper that trusts lives instead of the running workflows',
  caughtBy: ['5 every open case'],
  seedsMax: 40,
  isReviewed: true,
  // A workflow gives up in a long outage; or who drew its number died before it was started.
  faults: { regionOutage: 3, crash: 0.03 },
  review: (given, role) =>
    role === 'sweep' ? { ...given, workflows: { ...given.workflows, running: () => namesIn(given.lives) } } : given,
};

async function* namesIn(lives: CaseLives): AsyncGenerator<string> {
  for await (const tenant of lives.tenants()) {
    for await (const ref of lives.unfinished(tenant)) {
      const { life } = await lives.read(ref);
      if (life && hasWorkflow(life)) yield workflowName(life.caseId, life.workflow);
    }
  }
}
