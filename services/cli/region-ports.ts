/** What a command works on: the ports of one region, whoever built them. */
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { AlertBus } from '../../domain/ports/alert-bus.ts';
import type { ControlStore } from '../../domain/ports/control-store.ts';
import type { DeadLetterQueue } from '../../domain/ports/dead-letter-queue.ts';
import type { EntryRepair } from '../../domain/ports/entry-repair.ts';
import type { EventStore } from '../../domain/ports/event-store.ts';
import type { PersonalData } from '../../domain/ports/personal-data.ts';
import type { OpenViews } from '../../domain/ports/view-store.ts';
import type { Settings } from '../../infra/settings/settings.ts';
import type { GenerationStore } from '../../projections/generations/generation-store.ts';
import type { OrderView } from '../../projections/views/order-view.ts';

export interface RegionPorts {
  readonly region: string;
  readonly settings: Settings;
  readonly eventStore: EventStore;
  readonly openViews: OpenViews<OrderView>;
  readonly controlStore: ControlStore;
  /** Of the witness region; undefined in a deployment without one. */
  readonly witness: ControlStore | undefined;
  readonly generations: GenerationStore;
  readonly alertBus: AlertBus;
  /** Undefined where the environment names no queue. */
  readonly deadLetterQueue: DeadLetterQueue | undefined;
  readonly streamsClient: DynamoDBStreamsClient;
  readonly entryRepair: EntryRepair;
  /** Undefined where the environment does not say who wraps the customers' keys. Throws a KeyFileError. */
  readonly openPersonalData: () => PersonalData | undefined;
  /** About how many entries the ledger holds; undefined where the table does not say. */
  readonly estimateEntries: () => Promise<number | undefined>;
  readonly close: () => void;
}
