/**
 * Brings one order's rows up to what this region's ledger holds, and says what became of its cases.
 *
 * The caller only says that something happened to a stream; what happened is read from the ledger, all of it. So it
 * does not matter in which order doorbells ring, how often, or how late: a row is always the fold of everything here.
 * The order of work is the promise. Where there is something to say, the rows are written first, the live one before
 * those of generations that are being built, naming the cases of which people may not have been told; then the alerts go
 * out; then the rows forget that anything is unsaid. Whoever dies in between is rung for again, and whichever generation
 * is live then, its row says what there is to say.
 */
import type { FoldedStream } from '../../domain/fold/folded-stream.ts';
import { type Cut, cutToToken, equalCuts } from '../../domain/ledger/cut.ts';
import type { Entry } from '../../domain/ledger/entry.ts';
import type { AlertBus, CaseAlert } from '../../domain/ports/alert-bus.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { type DamagedItem, type EventStore, LedgerFault } from '../../domain/ports/event-store.ts';
import type { StoredView, ViewStore } from '../../domain/ports/view-store.ts';
import { foldedToOrderView, type OrderView } from '../views/order-view.ts';
import { caseAlerts, saidByRows, unsaidWhile } from './case-alerts.ts';
import { type Succession, succession } from './succession.ts';

export interface ProjectStreamDeps {
  readonly region: string;
  readonly eventStore: Pick<EventStore, 'load'>;
  readonly openViews: (generation: string) => Pick<ViewStore<OrderView>, 'get' | 'replace'>;
  readonly alertBus: AlertBus;
  readonly fold: (entries: readonly Entry[]) => FoldedStream;
  /** Of `fold`, from projectionVersion. */
  readonly version: string;
  readonly clock: Clock;
}

export type Projected =
  | {
      readonly kind: 'projected';
      readonly folded: FoldedStream;
      /** Those that were folded, and those that wait. */
      readonly entries: readonly Entry[];
      /** What the live row had seen before; undefined where there was none. */
      readonly shownBefore: Cut | undefined;
      readonly damaged: readonly DamagedItem[];
      /** Rows that were written, over all generations. None: every one said as much already. */
      readonly rowsReplaced: number;
      /** What was published; of each case the last word. */
      readonly alerts: readonly CaseAlert[];
      /** How often it had to begin again, because a row had changed or had seen more. */
      readonly refolds: number;
    }
  /** This region holds no readable entry of the stream. */
  | { readonly kind: 'empty'; readonly damaged: readonly DamagedItem[] };

/** Another projector took the row, or the ledger grew since we read it; once is the normal case. */
const foldsMax = 5;

/**
 * `generations`: the live one first. Throws LedgerFault, after which the doorbell has to ring again; `outdated` asks for
 * a newer deployment to hear it, `ledger-behind` for a repair of the ledger.
 */
export const projectStream = async (
  deps: ProjectStreamDeps,
  stream: string,
  generations: readonly [string, ...string[]],
): Promise<Projected> => {
  const views = generations.map(deps.openViews);
  const published = new Map<string, CaseAlert>();
  let rowsReplaced = 0;
  let cutBefore: Cut | undefined;
  let liveBefore: Standing[number] | undefined;
  for (let refolds = 0; refolds < foldsMax; refolds++) {
    const [{ entries, damaged }, ...standing] = await Promise.all([
      deps.eventStore.load(stream),
      ...views.map((view) => view.get(stream)),
    ]);
    if (entries.length === 0 && standing.every((row) => row === undefined)) return { kind: 'empty', damaged };
    if (refolds === 0) [liveBefore] = standing;
    const projection = project(deps, stream, entries, standing);
    const { folded, view, verdicts } = projection;
    const projected = (): Projected => ({
      kind: 'projected',
      folded,
      entries,
      shownBefore: liveBefore?.cut,
      damaged,
      rowsReplaced,
      alerts: [...published.values()],
      refolds,
    });
    if (standing.some((row) => row && row.version > deps.version)) {
      // What newer code has folded is for newer code to say, and to write beside it.
      const isDone = verdicts.every((it) => it === 'stands') && standing.every((row) => !row?.unsaid);
      if (!isDone) throw outdated(stream, deps.version);
      return projected();
    }
    if (verdicts.includes('fold-again')) {
      // Both are read strongly consistent: what was missing for an instant is there the second time.
      if (cutBefore && equalCuts(cutBefore, view.cut)) throw ledgerBehind(stream, view.cut);
      cutBefore = view.cut;
      continue;
    }
    const written = await write(deps, views, standing, projection);
    rowsReplaced += written.rows;
    for (const alert of written.alerts) published.set(alert.caseId, alert);
    if (!written.isLost) return projected();
  }
  throw new LedgerFault('unavailable', `the rows of ${stream} change faster than they can be folded`);
};

type Standing = readonly (StoredView<OrderView> | undefined)[];
type Views = readonly Pick<ViewStore<OrderView>, 'get' | 'replace'>[];

interface Projection {
  readonly folded: FoldedStream;
  readonly view: StoredView<OrderView>;
  readonly verdicts: readonly Succession[];
  readonly alerts: readonly CaseAlert[];
}

const project = (
  { fold, version, region, clock }: ProjectStreamDeps,
  stream: string,
  entries: readonly Entry[],
  standing: Standing,
): Projection => {
  const atMs = clock.nowMs();
  const folded = { ...fold(entries), stream };
  const view = foldedToOrderView(folded, { version, foldedAtMs: atMs });
  const alerts = caseAlerts(saidByRows(standing), folded, { region, version, atMs });
  return { folded, view, verdicts: standing.map((row) => succession(row, view)), alerts };
};

interface Written {
  readonly rows: number;
  readonly alerts: readonly CaseAlert[];
  readonly isLost: boolean;
}

const write = async (
  { alertBus, version }: ProjectStreamDeps,
  views: Views,
  standing: Standing,
  { view, verdicts, alerts }: Projection,
): Promise<Written> => {
  let rows = 0;
  /** Live first. Returns false when another projector took a row. */
  const replaceEach = async (next: typeof view, over: Standing, isDue: (i: number) => boolean): Promise<boolean> => {
    for (const [i, store] of views.entries()) {
      if (!isDue(i)) continue;
      if ((await store.replace({ view: next, over: over[i] })) === 'lost') return false;
      rows++;
    }
    return true;
  };
  if (alerts.length === 0) {
    const isLost = !(await replaceEach(view, standing, (i) => verdicts[i] === 'replaces'));
    return { rows, alerts, isLost };
  }
  const telling = { ...view, unsaid: unsaidWhile(alerts) };
  const isOurs = (i: number) => verdicts[i] === 'replaces' || standing[i]?.version === version;
  if (!(await replaceEach(telling, standing, isOurs))) return { rows, alerts: [], isLost: true };
  await alertBus.publish(alerts);
  const isLost = !(await replaceEach(
    view,
    views.map(() => telling),
    isOurs,
  ));
  return { rows, alerts, isLost };
};

const outdated = (stream: string, version: string): LedgerFault =>
  new LedgerFault('outdated', `a row of ${stream} was folded by newer code than ${version}`);

const ledgerBehind = (stream: string, cut: Cut): LedgerFault =>
  new LedgerFault(
    'ledger-behind',
    `a row of ${stream} has seen more than the ledger holds, which ends at ${cutToToken(cut) || 'nothing'}: run rejoin repair`,
  );
