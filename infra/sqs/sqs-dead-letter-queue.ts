/**
 * Dead letters in an SQS queue.
 *
 * SQS cannot be looked into: to read a message is to take it, for a while. So a reader holds what it has read until it is
 * done, which is what makes SQS go on to other messages, and then gives back what was not removed. Three consequences:
 * who reads at the same time sees only what the other does not hold; a reader that dies leaves its letters hidden for
 * `holdSeconds`, never lost; and a message that comes twice, as SQS allows, is told by its id and yielded once.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetterQueue, QueuedLetter } from '../../domain/ports/dead-letter-queue.ts';
import { LedgerFault } from '../../domain/ports/event-store.ts';
import { letterToText, parseLetter } from './dead-letter-text.ts';

export interface SqsDeadLetterQueueDeps {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** How long what was read stays hidden from others, unless it is given back. */
  readonly holdSeconds?: number;
  /** Above 0 SQS asks all of its servers, so that an answer without messages means that there are none. */
  readonly waitSeconds?: number;
}

const holdSecondsDefault = 60;
const waitSecondsDefault = 1;
/** What SQS gives, or takes, in one request. */
const messagesMax = 10;
/** Letters of one reading: bounds its memory (one receipt each) and its requests. Who has more removes some first. */
const lettersMax = 10_000;
/** One may hold nothing but a message that came twice; after more, the reader has been all around and meets its own. */
const staleAnswersMax = 3;

export const createSqsDeadLetterQueue = (deps: SqsDeadLetterQueueDeps): DeadLetterQueue => {
  const { client, queueUrl, holdSeconds = holdSecondsDefault, waitSeconds = waitSecondsDefault } = deps;
  const holds = new Set<Hold>();

  async function* read(): AsyncGenerator<QueuedLetter> {
    const seen = new Set<string>();
    const hold: Hold = new Map();
    holds.add(hold);
    let staleAnswers = 0;
    try {
      while (seen.size < lettersMax && staleAnswers < staleAnswersMax) {
        const letters = (await receive()).map(messageToLetter);
        const fresh = letters.filter(({ id }) => !seen.has(id));
        for (const { id, receipt } of letters) {
          seen.add(id);
          hold.set(id, receipt);
        }
        if (letters.length === 0) return;
        staleAnswers = fresh.length === 0 ? staleAnswers + 1 : 0;
        yield* fresh;
      }
    } finally {
      holds.delete(hold);
      await giveBack([...hold.values()]);
    }
  }

  const receive = async (): Promise<readonly Message[]> => {
    const { Messages: messages = [] } = await orFault('read the dead letters', () =>
      client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: messagesMax,
          VisibilityTimeout: holdSeconds,
          WaitTimeSeconds: waitSeconds,
        }),
      ),
    );
    return messages;
  };

  /** What cannot be given back comes back by itself. */
  const giveBack = async (receipts: readonly string[]): Promise<void> => {
    for (let i = 0; i < receipts.length; i += messagesMax) {
      const entries = receipts
        .slice(i, i + messagesMax)
        .map((receipt, at) => ({ Id: String(at), ReceiptHandle: receipt, VisibilityTimeout: 0 }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: entries });
      await client.send(command).catch(() => undefined);
    }
  };

  const remove = async ({ id, receipt }: QueuedLetter): Promise<void> => {
    const newest = [...holds].map((hold) => hold.get(id)).find((it) => it !== undefined) ?? receipt;
    if (await holdOn(newest)) return erase(id, newest);
    for await (const again of read()) {
      if (again.id !== id) continue;
      // Before the reading ends, which gives back what is left.
      await erase(id, again.receipt);
      return;
    }
    throw new LedgerFault('unavailable', `the letter ${id} is gone, or somebody else is reading it`);
  };

  /** SQS says that it deleted a message also where an old receipt made it do nothing. This it does not pretend. */
  const holdOn = async (receipt: string): Promise<boolean> => {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receipt,
      VisibilityTimeout: holdSeconds,
    });
    try {
      await client.send(command);
      return true;
    } catch (error) {
      if (oldReceiptNames.test(nameOf(error))) return false;
      throw toFault('hold the dead letter', error);
    }
  };

  const erase = async (id: string, receipt: string): Promise<void> => {
    const command = new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt });
    await orFault('remove the dead letter', () => client.send(command));
    for (const hold of holds) hold.delete(id);
  };

  return {
    send: async (letter) => {
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: letterToText(letter) });
      await orFault(`send a dead letter for ${letter.stream}`, () => client.send(command));
    },
    read,
    remove,
  };
};

/** Newest receipts of what one reading has taken, by message id. */
type Hold = Map<string, string>;

const messageToLetter = ({
  MessageId: id = '',
  ReceiptHandle: receipt = '',
  Body: text = '',
}: Message): QueuedLetter => ({
  id,
  receipt,
  letter: parseLetter(text),
  text,
});

/** A message that is not in flight under this receipt; SQS has said it in three ways. */
const oldReceiptNames = /MessageNotInflight|ReceiptHandleIsInvalid|InvalidParameterValue/;
const throttlingNames = /Throttl|OverLimit/;

const orFault = async <Done>(label: string, request: () => Promise<Done>): Promise<Done> => {
  try {
    return await request();
  } catch (error) {
    throw toFault(label, error);
  }
};

const toFault = (label: string, cause: unknown): LedgerFault =>
  new LedgerFault(throttlingNames.test(nameOf(cause)) ? 'throttled' : 'unavailable', `${label}: ${nameOf(cause)}`, {
    cause,
  });

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');
