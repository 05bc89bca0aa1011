/**
 * What a checker is told, and what it answers: undefined, or what is wrong in words.
 */
import type { Command } from '../../../domain/decide/command.ts';
import type { FoldedStream } from '../../../domain/fold/folded-stream.ts';
import type { Consistency } from '../../../domain/ledger/position.ts';
import type { LoadedStream } from '../../../domain/ports/event-store.ts';
import type { LedgerItem } from '../../../infra/dynamodb/entry-codec.ts';
import type { AppendOutcome } from '../../../services/order-api/append-command.ts';
import type { Facts } from '../facts.ts';
import type { RandomStream } from '../kernel/random-streams.ts';
import type { GlobalTable } from '../model/global-table.ts';
import type { Change } from '../model/replica.ts';
import type { ViewRow } from '../model/simulated-view-store.ts';

export interface Checker {
  /** Its number in DESIGN.md section 12, and what it says. */
  readonly invariant: string;
  /** After every change of a replica. */
  readonly onChange?: (change: Change<LedgerItem>) => Words;
  readonly onOutcome?: (answered: Answered) => Words;
  readonly onView?: (written: WrittenView) => Words;
  /** Now and then, and for every stream in the end. */
  readonly checkStream?: (evidence: StreamEvidence) => Words;
}

export type Words = string | undefined;

export interface CheckerDeps {
  readonly facts: Facts;
  readonly table: GlobalTable<LedgerItem>;
  readonly random: RandomStream;
  readonly consistency: Consistency;
}

export interface Answered {
  readonly region: string;
  readonly stream: string;
  readonly command: Command;
  readonly outcome: AppendOutcome;
}

export interface WrittenView {
  readonly region: string;
  readonly stream: string;
  readonly row: ViewRow;
  readonly before: ViewRow | undefined;
}

export interface StreamEvidence {
  readonly stream: string;
  /** The faults are over and everything has had its time: regions must agree. */
  readonly isAtRest: boolean;
  readonly replicas: readonly ReplicaEvidence[];
}

export interface ReplicaEvidence {
  readonly region: string;
  readonly items: readonly LedgerItem[];
  readonly loaded: LoadedStream;
  readonly folded: FoldedStream;
  readonly view: ViewRow | undefined;
}
