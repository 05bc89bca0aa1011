/**
 * Whatever happens to two regions that review one order, in whatever sequence: once it stops, every case that is open has
 * one workflow, in the region that accepted its entry, and no case that is over has one or a person.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpen } from '../../domain/fold/folded-stream.ts';
import { workflowName } from '../../domain/review/case-life.ts';
import {
  cancelled,
  delivered,
  type EventDraft,
  packed,
  paid,
  placed,
  refunded,
  returnRequested,
  shipped,
} from '../support/builders/retail-drafts.ts';
import { createReviewMachine } from '../support/review-machine.ts';
import { createReviewClock, createReviewRegion, eu, stream, us } from '../support/review-region.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const drafts: readonly EventDraft[] = [
  paid(),
  packed(),
  shipped(),
  delivered(),
  cancelled(),
  refunded(),
  returnRequested(),
];
const statuses = ['shipped', 'cancelled', 'delivered', undefined] as const;

const region = fc.nat({ max: 1 });
const at = <Name extends string>(happens: Name, weight: number) => ({
  weight,
  arbitrary: fc.record({ happens: fc.constant(happens), region }),
});
const pick = fc.nat({ max: 99 });

const happening = fc.oneof(
  { weight: 8, arbitrary: fc.record({ happens: fc.constant('append' as const), region, pick }) },
  { weight: 3, arbitrary: fc.record({ happens: fc.constant('decide' as const), region, pick, status: pick }) },
  { weight: 2, arbitrary: fc.record({ happens: fc.constant('answer' as const), region, pick, status: pick }) },
  { weight: 4, arbitrary: fc.record({ happens: fc.constant('wait' as const), ms: waits() }) },
  { weight: 2, arbitrary: fc.record({ happens: fc.constant('cut off' as const) }) },
  at('replicate', 4),
  at('project', 4),
  at('deliver alerts', 5),
  at('repeat alerts', 2),
  at('lose alerts', 1),
  at('sweep', 4),
  at('go on', 5),
  at('deliver requests', 4),
  at('lose requests', 1),
  at('restart the engine', 1),
  { weight: 1, arbitrary: fc.record({ happens: fc.constant('spoil' as const), region, pick }) },
);

function waits() {
  return fc.constantFrom(1_000, 2 * minuteMs, 11 * minuteMs, 16 * minuteMs, 25 * hourMs, 97 * hourMs);
}

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

const createPlay = async () => {
  const clock = createReviewClock();
  const places = [us, eu].map((name) => {
    const here = createReviewRegion(name, { clock });
    return { here, machine: createReviewMachine(here), given: [] as ReturnType<typeof here.newAlerts>[] };
  });
  const [first, second] = places as [(typeof places)[0], (typeof places)[0]];
  await first.here.append(placed());
  await second.here.receive(first.here);
  let isCutOff = false;

  const hear = () => {
    first.here.hear(eu);
    second.here.hear(us);
  };
  const wait = (ms: number) => {
    clock.advance(ms);
    if (!isCutOff) hear();
  };
  const caseAt = async (place: (typeof places)[0], picked: number): Promise<string | undefined> => {
    const { cases } = await place.here.folded();
    return cases[picked % Math.max(1, cases.length)]?.id;
  };
  const deliverAlerts = async (place: (typeof places)[0]) => {
    const alerts = place.here.newAlerts();
    place.given.push(alerts);
    await place.here.openCases(alerts);
  };

  const happen = async (it: Happening): Promise<void> => {
    if (it.happens === 'wait') return wait(it.ms);
    if (it.happens === 'cut off') {
      isCutOff = !isCutOff;
      return;
    }
    const [place, other] = it.region === 0 ? [first, second] : [second, first];
    const { here, machine } = place;
    switch (it.happens) {
      case 'append':
        await here.take(drafts[it.pick % drafts.length] as EventDraft);
        return;
      case 'decide': {
        const caseId = await caseAt(place, it.pick);
        if (caseId !== undefined) await here.resolve({ caseId, outcome: { status: statuses[it.status % 4] } });
        return;
      }
      case 'answer': {
        const caseId = await caseAt(place, it.pick);
        const token = caseId === undefined ? undefined : (await here.life(caseId))?.task?.token;
        const status = statuses[it.status % 4];
        const outcome = status === undefined ? {} : { status };
        if (token !== undefined)
          await here.workflows.answer(token, { decision: { outcome, reason: 'seen', decidedBy: 'desk' } });
        return;
      }
      case 'replicate':
        if (!isCutOff) await here.receive(other.here);
        return;
      case 'project':
        await here.project();
        return;
      case 'deliver alerts':
        return deliverAlerts(place);
      case 'repeat alerts':
        await here.openCases([...place.given.flat()].reverse());
        return;
      case 'lose alerts':
        here.newAlerts();
        return;
      case 'sweep':
        await here.sweep();
        return;
      case 'go on':
        return machine.run();
      case 'deliver requests':
        return machine.deliver();
      case 'lose requests':
        return machine.loseMessages();
      case 'restart the engine':
        return machine.forget();
      case 'spoil': {
        const caseId = await caseAt(place, it.pick);
        if (caseId !== undefined) await here.spoil(caseId);
      }
    }
  };

  /** Regions see each other, alerts come through, sweepers and workflows run for as long as anybody waits for anything. */
  const comeToRest = async (): Promise<void> => {
    isCutOff = false;
    for (const { here } of places) await here.controlStore.put('case-tenants', 'acme', {}, 0);
    for (const waitMs of [...Array(20).fill(minuteMs), 97 * hourMs, ...Array(20).fill(minuteMs)]) {
      await first.here.receive(second.here);
      await second.here.receive(first.here);
      wait(waitMs);
      for (const place of places) {
        await place.here.project();
        await deliverAlerts(place);
        await place.here.sweep();
        await place.machine.run();
        await place.machine.deliver();
        await place.machine.run();
      }
    }
  };

  return { places, happen, comeToRest };
};

const over = ['settled', 'withdrawn', undefined];
/** Nobody was told of the end, but then nobody waits for it. */
const forgotten = [...over, 'open', 'reopened'];

const expectAtRest = async (
  { places }: Awaited<ReturnType<typeof createPlay>>,
  { areAlertsLost }: { readonly areAlertsLost: boolean },
): Promise<number> => {
  let open = 0;
  for (const { here } of places) {
    const { cases } = await here.folded();
    const { entries } = await here.eventStore.load(stream);
    const expected: string[] = [];
    for (const it of cases) {
      const life = await here.life(it.id);
      if (!isOpen(it)) {
        expect(areAlertsLost ? forgotten : over).toContain(life?.state);
        continue;
      }
      open++;
      const isAccepted = entries.some(({ id, region: acceptedIn }) => id === it.id && acceptedIn === here.region);
      expect(isAccepted ? ['with-a-person'] : ['open', 'reopened']).toContain(life?.state);
      if (isAccepted) expected.push(workflowName(it.id, life?.workflow ?? 0));
    }
    const running = here.workflows.runningInputs().map((input) => workflowName(input.caseId, input.workflow));
    expect(running.sort()).toEqual(expected.sort());
  }
  return open;
};

describe('two regions that review one order', () => {
  it('come to rest with one workflow for each open case, and none for any other', async () => {
    let open = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 60, size: 'max' }), async (happenings) => {
        const play = await createPlay();
        for (const it of happenings) await play.happen(it);
        await play.comeToRest();
        open += await expectAtRest(play, { areAlertsLost: happenings.some((it) => it.happens === 'lose alerts') });
      }),
      { numRuns: 150 },
    );
    expect(open).toBeGreaterThan(50);
  });
});
