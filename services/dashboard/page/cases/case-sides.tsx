/** Both sides of a case beside each other, value by value, with what differs marked, and what each side wrote. */
import type { CaseReport } from '../../../order-api/cases/case-report.ts';
import { Status } from '../components/status.tsx';
import { Time } from '../components/time.tsx';
import { Unfold } from '../components/unfold.tsx';
import { Value } from '../components/value.tsx';
import { type ComparedRow, type ComparedValue, compareSides } from '../model/compare-sides.ts';
import { moneyText } from '../model/money-text.ts';
import { EntryName, stepsById } from './entry-name.tsx';

export const CaseSides = ({ report }: { readonly report: CaseReport }) => {
  const { branches, order } = report;
  if (!branches) return null;
  const rows = compareSides(branches);
  const isAtIssue = ({ differs, sides }: ComparedRow) => differs || sides.some(({ isChanged }) => isChanged);
  const atIssue = rows.filter((row) => isAtIssue(row) || row.kind === 'status');
  const same = rows.filter((row) => !atIssue.includes(row));
  const regions = branches.regions.map(({ region }) => region);
  const shown = { regions, currency: order.fields['currency'] };
  return (
    <section class="card" aria-labelledby="case-sides">
      <h2 id="case-sides">The sides</h2>
      <p class="quiet">What all sides had seen, and what each made of the order before it knew of the other.</p>
      <SidesTable {...shown} rows={atIssue} name="What the sides made of the order" />
      {same.length > 0 && (
        <Unfold title={`${same.length === 1 ? '1 value is' : `${same.length} values are`} the same on all sides`}>
          {() => <SidesTable {...shown} rows={same} name="What is the same on all sides" />}
        </Unfold>
      )}
      <h3>What each side wrote</h3>
      <SideEntries report={report} />
    </section>
  );
};

interface SidesTableProps {
  readonly rows: readonly ComparedRow[];
  readonly regions: readonly string[];
  readonly currency: unknown;
  readonly name: string;
}

const SidesTable = ({ rows, regions, currency, name }: SidesTableProps) => (
  <table class="sides stacks">
    <caption class="unseen">{name}</caption>
    <thead>
      <tr>
        <th scope="col">Value</th>
        <th scope="col">Base</th>
        {regions.map((region) => (
          <th scope="col" key={region}>
            {region}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={`${row.kind} ${row.name}`} class={row.differs ? 'differs' : undefined}>
          <th scope="row" data-label="Value">
            {row.name} {row.differs && <Status tone="warn">differs</Status>}
          </th>
          <td data-label="Base">
            <Compared row={row} value={row.base} currency={currency} />
          </td>
          {row.sides.map((side) => (
            <SideCell key={side.region} row={row} side={side} currency={currency} />
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);

interface ComparedProps {
  readonly row: ComparedRow;
  readonly currency: unknown;
}

const SideCell = ({ row, side, currency }: ComparedProps & { readonly side: ComparedValue }) => (
  <td data-label={side.region} class={side.isChanged ? 'changed' : undefined}>
    <Compared row={row} value={side.value} currency={currency} />
    {side.isChanged && <small class="under">changed here</small>}
  </td>
);

const Compared = ({ row, value, currency }: ComparedProps & { readonly value: unknown }) =>
  row.kind === 'money' && typeof value === 'number' ? moneyText(value, currency) : <Value of={value} />;

const SideEntries = ({ report }: { readonly report: CaseReport }) => {
  const steps = stepsById(report);
  return (
    <div class="grid">
      {report.branches?.regions.map(({ region, entries, entriesLeftOut }) => (
        <div key={region} class="side">
          <h4>{region}</h4>
          {entries.length === 0 && <p class="quiet">nothing of its own</p>}
          <ol class="entries">
            {entriesLeftOut !== undefined && <li class="quiet">{entriesLeftOut} older are left out</li>}
            {entries.map((id) => {
              const step = steps.get(id);
              return (
                <li key={id}>
                  <EntryName id={id} step={step} />
                  {step && (
                    <small class="under">
                      {step.source}, <Time at={step.time} />
                      {!step.accepted && ' · rejected'}
                      {id === report.caseId && ' · this case'}
                    </small>
                  )}
                </li>
              );
            })}
          </ol>
        </div>
      ))}
    </div>
  );
};
