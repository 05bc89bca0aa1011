/** What the regions say of one order, side by side: whether they agree, and if not, which entries one of them has not seen. */
import { type Cut, emptyCut, equalCuts } from '../../../../domain/ledger/cut.ts';
import type { OrderState } from '../../../ledger/order-state.ts';
import { type Problem, toProblem } from '../api/problem.ts';
import { RegionName } from '../components/region-name.tsx';
import { Status } from '../components/status.tsx';
import { type Resource, useResource } from '../live/use-resource.ts';
import { concernsOrder } from '../model/changes.ts';
import { unionOfCuts, unseenOf } from '../model/compare-regions.ts';
import { countText } from '../model/count-text.ts';
import { cutSize } from '../model/entry-window.ts';
import { classToWords } from '../model/order-words.ts';
import { orderRestMs } from '../model/tick-pace.ts';
import { usePlace } from '../place.ts';

export interface OrderRegionsProps {
  readonly orderId: string;
  /** As the chosen region has it. */
  readonly state: Resource<OrderState>;
}

interface Answer {
  readonly region: string;
  readonly order?: OrderState;
  readonly problem?: Problem | undefined;
}

/** A region that is cut off must not keep the others waiting. */
const patienceMs = 4_000;

export const OrderRegions = ({ orderId, state }: OrderRegionsProps) => {
  const { api, apis, session } = usePlace();
  const others = useResource({
    key: `${orderId} beside ${api.region}`,
    load: (signal) =>
      Promise.all(
        apis
          .filter((it) => it !== api)
          .map(async (it): Promise<Answer> => {
            const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
            try {
              return { region: it.region, order: await it.readOrder(orderId, patience) };
            } catch (error) {
              return { region: it.region, problem: toProblem(error) };
            }
          }),
      ),
    concerns: concernsOrder(session.tenant, orderId),
    restMs: () => orderRestMs(cutSize(state.value?.cut ?? emptyCut)),
  });
  const own: Answer = { region: api.region, problem: state.problem, ...(state.value && { order: state.value }) };
  const answers = apis.map(
    ({ region }) => [own, ...(others.value ?? [])].find((it) => it.region === region) ?? { region },
  );
  return (
    <section class="card" aria-labelledby="regions-title">
      <h2 id="regions-title">In every region</h2>
      <p role="status">{agreementText(answers)}</p>
      <table class="stacks">
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col">Status</th>
            <th scope="col">Class</th>
            <th scope="col">Has not seen</th>
          </tr>
        </thead>
        <tbody>
          {answers.map((answer) => (
            <RegionRow key={answer.region} answer={answer} all={unionOfCuts(knownCuts(answers))} />
          ))}
        </tbody>
      </table>
    </section>
  );
};

/** What a region has seen; undefined where that is not known. Of what it has not heard of it has seen nothing. */
const cutOf = ({ order, problem }: Answer): Cut | undefined =>
  order?.cut ?? (isUnknown(problem) ? emptyCut : undefined);

const isUnknown = (problem: Problem | undefined): boolean => problem?.type === 'urn:rejoin:problem:unknown-order';

const knownCuts = (answers: readonly Answer[]): readonly Cut[] => answers.map(cutOf).filter((cut) => cut !== undefined);

const agreementText = (answers: readonly Answer[]): string => {
  const cuts = knownCuts(answers);
  const all = unionOfCuts(cuts);
  if (answers.length < 2) return 'There is one region.';
  if (cuts.some((cut) => !equalCuts(cut, all)))
    return 'The regions have not seen the same entries: what one of them says may change.';
  const silent = answers.filter((answer) => answer.problem && !cutOf(answer)).length;
  if (silent > 0) return `${countText(silent, 'region does', 'regions do')} not say.`;
  if (cuts.length < answers.length) return 'Asking the other regions …';
  return cutSize(all) === 0
    ? 'No region has heard of this order.'
    : 'All regions have seen the same entries and say the same.';
};

const RegionRow = ({ answer: { region, order, problem }, all }: { readonly answer: Answer; readonly all: Cut }) => {
  const { apis } = usePlace();
  const name = (
    <th scope="row" data-label="Region">
      <RegionName name={region} regions={apis.map((it) => it.region)} />
    </th>
  );
  if (!order)
    return (
      <tr>
        {name}
        <td colSpan={3} data-label="Says">
          {silenceText(problem)}
        </td>
      </tr>
    );
  const unseen = unseenOf(order.cut, all);
  const words = classToWords(order.class);
  return (
    <tr>
      {name}
      <td data-label="Status">
        {order.status} {order.provisional && <Status tone="warn">provisional</Status>}
        <small class="under mono">{order.token}</small>
      </td>
      <td data-label="Class">
        <Status tone={words.tone}>{words.name}</Status>
      </td>
      <td data-label="Has not seen">
        {unseen.entries === 0 ? (
          <span class="quiet">nothing: complete</span>
        ) : (
          <>
            <Status tone="warn">{countText(unseen.entries, 'entry', 'entries')}</Status>
            <small class="under mono">{unseen.ranges.join(', ')}</small>
          </>
        )}
        {order.pending > 0 && <small class="under">{countText(order.pending, 'entry waits', 'entries wait')}</small>}
      </td>
    </tr>
  );
};

const silenceText = (problem: Problem | undefined): string => {
  if (!problem) return 'not known yet';
  if (problem.isSignedOut) return 'not asked: your session has ended';
  return isUnknown(problem) ? 'has not heard of this order' : `does not say: ${problem.message}`;
};
