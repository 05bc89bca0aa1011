/**
 * A region's queues in the world: SQS's own protocol, answered in this process by the emulator fauxqs.
 *
 * Its `startFauxqs` listens on every interface, so its parts are put together here without a listener: whoever has a
 * server hands requests in. It needs node:sqlite, which older versions of Node lack, and is loaded only when asked for.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { QueueDefinition } from './queue-definitions.ts';

export interface QueueServiceOptions {
  readonly region: string;
  /** The queues' file lies here; in memory when left out. */
  readonly directory?: string | undefined;
}

export interface QueueService {
  /** There is one with this name from now on, with the messages it had. Its dead-letter queue is there already. */
  readonly createQueue: (definition: QueueDefinition) => Promise<void>;
  readonly send: (queue: string, text: string) => Promise<void>;
  /** Answers a request whose body is still unread. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  readonly stop: () => Promise<void>;
}

export const areQueuesAvailable = (): Promise<boolean> =>
  import('node:sqlite').then(
    () => true,
    () => false,
  );

/** Throws where node:sqlite is missing. */
export const startQueueService = async ({ region, directory }: QueueServiceOptions): Promise<QueueService> => {
  if (!(await areQueuesAvailable())) throw new Error('The queues of a world need Node 22.5 or newer.');
  const { buildApp, SqsStore, SnsStore, S3Store, PersistenceManager } = await loadFauxqs();
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = directory === undefined ? undefined : repair(new PersistenceManager(directory));
  persistence?.loadSqsAndSns(stores.sqsStore, stores.snsStore);
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  // Without a name of its own it builds the URLs of queues from the address that it was asked at.
  stores.sqsStore.host = '';
  const app = buildApp({ logger: false, defaultRegion: region, stores: stores as never });
  await app.ready();

  const call = async (action: string, body: object): Promise<void> => {
    const answer = await app.inject({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      payload: JSON.stringify(body),
    });
    if (answer.statusCode !== 200) throw new Error(`${action}: ${answer.body}`);
  };

  return {
    createQueue: async (definition) => {
      await call('CreateQueue', { QueueName: definition.name });
      // Apart, since a queue that an earlier world made may have been another.
      const attributes = attributesOf(definition, region);
      if (Object.keys(attributes).length > 0)
        await call('SetQueueAttributes', { QueueUrl: `/${account}/${definition.name}`, Attributes: attributes });
    },
    send: (queue, text) => call('SendMessage', { QueueUrl: `/${account}/${queue}`, MessageBody: text }),
    answer: (request, response) => app.routing(request, response),
    stop: async () => {
      await app.close();
      persistence?.close();
    },
  };
};

/** Whose queues they are: fauxqs knows one account. */
export const account = '000000000000';

const attributesOf = (
  { visibilityTimeoutSeconds, retentionSeconds, redrive }: QueueDefinition,
  region: string,
): Readonly<Record<string, string>> => ({
  ...(visibilityTimeoutSeconds !== undefined && { VisibilityTimeout: String(visibilityTimeoutSeconds) }),
  ...(retentionSeconds !== undefined && { MessageRetentionPeriod: String(retentionSeconds) }),
  ...(redrive && {
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:${region}:${account}:${redrive.deadLetterQueue}`,
      maxReceiveCount: redrive.receivesMax,
    }),
  }),
});

/** The package exports the server alone; its parts lie beside it. A test keeps them where they are. */
const loadFauxqs = async (): Promise<FauxqsParts> => {
  const { buildApp } = await import('fauxqs');
  const part = (path: string) => import(new URL(path, import.meta.resolve('fauxqs')).href);
  const [sqs, sns, s3, persistence] = await Promise.all(
    ['./sqs/sqsStore.js', './sns/snsStore.js', './s3/s3Store.js', './persistence.js'].map(part),
  );
  return { buildApp, ...sqs, ...sns, ...s3, ...persistence };
};

interface FauxqsParts {
  readonly buildApp: typeof import('fauxqs').buildApp;
  readonly SqsStore: new () => SqsStore;
  readonly SnsStore: new () => object;
  readonly S3Store: new () => object;
  readonly PersistenceManager: new (directory: string) => Persistence;
}

interface SqsStore {
  host: string;
  persistence: Persistence | undefined;
  readonly allQueues: () => Iterable<{ persistence?: Persistence | undefined }>;
}

interface Persistence {
  updateMessageReady(messageId: string): void;
  updateMessageInflight(
    messageId: string,
    receipt: string,
    deadlineMs: number,
    receives: number,
    firstReceivedAtMs: number | undefined,
  ): void;
  loadSqsAndSns(sqsStore: object, snsStore: object): void;
  close(): void;
}

/**
 * fauxqs 2.4.1 stores a message that is given back with NULL for the number of its receives, which its own table
 * refuses: the request fails with the message out of every queue. No receipt and no deadline mean visible, too.
 */
const repair = (persistence: Persistence): Persistence => {
  persistence.updateMessageReady = (messageId) => persistence.updateMessageInflight(messageId, '', 0, 1, undefined);
  return persistence;
};
