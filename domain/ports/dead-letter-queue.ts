/**
 * Where work goes that cannot be done now: with what it was about and why, until somebody has fixed the cause.
 */
export type DeadLetter = PoisonLetter | ShardRangeLetter;

/** The projector could not project a stream, and trying again would not help. */
export interface PoisonLetter {
  readonly kind: 'poison';
  readonly region: string;
  readonly stream: string;
  readonly reason: string;
  /** Of the records that rang for the stream, in the region's ledger stream. */
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  readonly atMs: number;
}

/** Lambda gave up on a batch (crash, time-out, a fault that lasted): it says only where in the stream the records lie. */
export interface ShardRangeLetter {
  readonly kind: 'shard-range';
  readonly reason: string;
  readonly streamArn: string;
  readonly shardId: string;
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  /** When the first and the last record arrived. */
  readonly firstArrivedAtMs: number;
  readonly lastArrivedAtMs: number;
  readonly records: number;
  readonly atMs: number;
}

export interface QueuedLetter {
  readonly id: string;
  /** What `remove` needs; good until the letter is read again. */
  readonly receipt: string;
  /** Undefined for a message that is none of ours; `text` has it. */
  readonly letter: DeadLetter | undefined;
  readonly text: string;
}

/** All throw LedgerFault. */
export interface DeadLetterQueue {
  send(letter: PoisonLetter): Promise<void>;
  /** The letters that lie there, oldest first as far as the queue knows. They stay until they are removed. */
  read(): AsyncIterable<QueuedLetter>;
  remove(letter: QueuedLetter): Promise<void>;
}
