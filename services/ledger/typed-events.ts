/**
 * What a lifecycle says, as types: which events there are, which of them are decisions, what each carries, and what an
 * order may look like. So a wrong event does not compile; that it is refused at run time, too, is the ledger's own doing.
 *
 * A lifecycle whose type was widened to `Lifecycle` says nothing of that, and then any event type and payload compiles.
 */
import type { LegalMoves } from '../../domain/decide/legal-moves.ts';
import type { EntryKind } from '../../domain/ledger/entry.ts';
import type { Plain } from '../../domain/ledger/sealed-value.ts';
import type {
  EventTypeDefinition,
  FieldDefinition,
  Lifecycle,
  LifecycleDefinition,
  noStatus,
  resolutionType,
} from '../../domain/lifecycle/define-lifecycle.ts';
import type { closedValue } from './open-sealed.ts';
import type { OrderState } from './order-state.ts';

/** An event that somebody chose, `ConflictResolved` among them. */
export type DecisionOf<L extends Lifecycle> = EventOf<L['definition'], 'decision'> | ResolutionOf<L>;

/** An event that reports what happened outside. */
export type FactOf<L extends Lifecycle> = EventOf<L['definition'], 'fact'>;

/** A person's answer to cases. It stands alone in its entry. */
export interface ResolutionOf<L extends Lifecycle> {
  readonly type: typeof resolutionType;
  readonly data: {
    /** The ids of the cases that it settles. */
    readonly cases: readonly string[];
    readonly status?: DefinedStatusOf<L>;
    readonly fields?: ChosenFields<L['definition']['fields']>;
    readonly reason: string;
  };
  readonly v?: 1;
}

export type StatusOf<L extends Lifecycle> = typeof noStatus | DefinedStatusOf<L>;

/** What is read of an order. */
export interface OrderOf<L extends Lifecycle> extends Omit<OrderState, 'status' | 'fields' | 'money' | 'legalMoves'> {
  readonly status: StatusOf<L>;
  /** A field that nothing has written is absent. */
  readonly fields: FieldsOf<L['definition']['fields']>;
  readonly money: MoneyOf<L['definition']>;
  readonly legalMoves: LegalMovesOf<L>;
}

type DefinedStatusOf<L extends Lifecycle> = L['definition']['statuses'][number];

type EventOf<Definition extends LifecycleDefinition, Kind extends EntryKind> = string extends keyof Definition['events']
  ? OpenEvent
  : {
      [Type in NamesOf<Definition, Kind>]: EventWith<Type, Definition['events'][Type]>;
    }[NamesOf<Definition, Kind>];

/** The names of a kind's events. */
type NamesOf<Definition extends LifecycleDefinition, Kind extends EntryKind> = {
  [Type in keyof Definition['events'] & string]: Definition['events'][Type]['kind'] extends Kind ? Type : never;
}[keyof Definition['events'] & string];

interface OpenEvent {
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly v?: number;
}

type EventWith<Type extends string, Definition extends EventTypeDefinition> = {
  readonly type: Type;
  /** The payload's version: only the newest is written, and it need not be said. */
  readonly v?: number;
} & DataProperty<PayloadOf<Definition>>;

/** May be left out where the payload may be empty. */
type DataProperty<Data> = Record<never, never> extends Data ? { readonly data?: Data } : { readonly data: Data };

/** What the newest version's schema takes. */
type PayloadOf<Definition extends EventTypeDefinition> = Definition['versions'] extends readonly [
  ...unknown[],
  { readonly schema: infer Schema },
]
  ? InputOf<Schema>
  : Readonly<Record<string, unknown>>;

/** By zod's own marks, whichever copy of zod a schema comes from. Of another parser nothing is known. */
type InputOf<Schema> = Schema extends { readonly _zod: { readonly input: infer Input } }
  ? Frozen<Plain<Input>>
  : Readonly<Record<string, unknown>>;

type OutputOf<Schema> = Schema extends { readonly _zod: { readonly output: infer Output } }
  ? Frozen<Plain<Output>>
  : unknown;

/** Sealed values are the ledger's own. Whoever has read-only data may hand it in, and nobody changes what was read. */
type Frozen<Value> = Value extends object ? { readonly [Key in keyof Value]: Frozen<Plain<Value[Key]>> } : Value;

type ChosenFields<Fields extends LifecycleDefinition['fields']> = {
  readonly [Name in keyof Fields as Fields[Name] extends { readonly merge: 'lww' | 'critical' }
    ? Name
    : never]?: Fields[Name] extends { readonly value: infer Schema } ? InputOf<Schema> : never;
};

type FieldsOf<Fields extends LifecycleDefinition['fields']> = {
  readonly [Name in keyof Fields]?: ValueOf<Fields[Name]>;
};

type ValueOf<Field extends FieldDefinition> = Field extends { readonly merge: 'counter' }
  ? number
  : Field extends { readonly merge: 'set' }
    ? readonly string[]
    : Field extends { readonly value: infer Schema }
      ? OutputOf<Schema> | (Field extends { readonly personal: true } ? typeof closedValue : never)
      : unknown;

type MoneyOf<Definition extends LifecycleDefinition> = { readonly [Kind in Definition['money'][number]]: number };

interface LegalMovesOf<L extends Lifecycle> extends LegalMoves {
  readonly decisions: readonly DecisionNameOf<L>[];
  readonly facts: readonly FactOf<L>['type'][];
}

type DecisionNameOf<L extends Lifecycle> = Exclude<DecisionOf<L>['type'], typeof resolutionType>;
