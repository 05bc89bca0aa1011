import { LedgerFault, openLedger, retail } from 'rejoin';

/** What stands in a queue of the shop's own: the carrier's reports, as they came. */
interface Report {
  readonly reportId: string;
  readonly orderId: string;
  readonly trackingId: string;
  readonly at: string;
}

/** This region, or another, takes it later. */
const comesAgain = new Set<string>(['busy', 'part-not-closed', 'not-admitted']);

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const ledger = openLedger({
  lifecycle: retail,
  region: setting('AWS_REGION'),
  ledgerTable: setting('LEDGER_TABLE'),
  personalData: {
    kind: 'kms',
    keyId: setting('PERSONAL_DATA_KMS_KEY'),
    payloadSecret: setting('PERSONAL_DATA_PAYLOAD_SECRET'),
  },
});

interface Batch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** Reports that could not be stored now come again; those that can never be are named in the log. */
export const handler = async ({ Records: records }: Batch) => {
  const again: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of records) {
    try {
      const { reportId, orderId, trackingId, at } = JSON.parse(body) as Report;
      const outcome = await ledger
        .order({ tenant: 'acme', orderId })
        .record(
          { type: 'OrderShipped', data: { trackingId } },
          { idempotencyKey: reportId, source: 'carrier', occurredAt: at },
        );
      if (comesAgain.has(outcome.kind)) again.push({ itemIdentifier: messageId });
      else if (outcome.kind !== 'appended' && outcome.kind !== 'replayed') console.error(messageId, outcome.kind);
    } catch (error) {
      if (error instanceof LedgerFault && error.retryable) again.push({ itemIdentifier: messageId });
      else console.error(messageId, error instanceof Error ? error.name : 'failed');
    }
  }
  return { batchItemFailures: again };
};
