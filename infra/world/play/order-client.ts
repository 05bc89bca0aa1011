/**
 * A well-behaved client of the order API: what a shop's own code should do, and what `curl` does not.
 *
 * Connections are kept alive. A 429, any 5xx or a lost connection leaves the outcome unknown or the work undone, so the
 * same request goes out again under the same idempotency key, after a random pause that doubles (full jitter), until a
 * time is up. Every other answer is final, and so is that another region has to take it: that is for the caller to choose.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Random, Sleep } from '../../../domain/ports/clock.ts';

export interface ApiRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** The answer is that of an earlier request with the same key. */
  readonly isReplayed: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

export type ClientOutcome =
  | { readonly kind: 'answered'; readonly answer: ApiAnswer; readonly tries: number }
  | { readonly kind: 'gave-up'; readonly reason: string; readonly tries: number };

export interface OrderClient {
  post(apiRequest: ApiRequest): Promise<ClientOutcome>;
  close(): void;
}

export interface OrderClientOptions {
  readonly socketsMax: number;
  readonly random: Random;
  readonly sleep: Sleep;
  readonly nowMs: () => number;
  readonly giveUpAfterMs?: number;
  /** From then on nothing goes out again. */
  readonly over?: AbortSignal;
  /** From then on nothing is waited for, either. */
  readonly cut?: AbortSignal;
}

export const createOrderClient = (options: OrderClientOptions): OrderClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: options.socketsMax });
  return { post: (apiRequest) => postUntilAnswered(agent, apiRequest, options), close: () => agent.destroy() };
};

const postUntilAnswered = async (
  agent: Agent,
  apiRequest: ApiRequest,
  { random, sleep, nowMs, giveUpAfterMs = giveUpAfterMsDefault, over, cut }: OrderClientOptions,
): Promise<ClientOutcome> => {
  const deadlineMs = nowMs() + giveUpAfterMs;
  for (let tries = 1; ; tries++) {
    const outcome = await postOnce(agent, apiRequest, cut);
    if (typeof outcome !== 'string' && !isRetryable(outcome)) return { kind: 'answered', answer: outcome, tries };
    const pauseMs = random() * Math.min(pauseMsMax, firstPauseMsMax * 2 ** (tries - 1));
    const isLate = nowMs() + pauseMs > deadlineMs;
    if (!isLate && !over?.aborted) await sleep(pauseMs);
    if (isLate || over?.aborted) {
      const reason = typeof outcome === 'string' ? outcome : `answered ${outcome.status}`;
      return { kind: 'gave-up', reason, tries };
    }
  }
};

/** The answer, or how the connection was lost. */
const postOnce = (
  agent: Agent,
  { url, headers, body }: ApiRequest,
  cut: AbortSignal | undefined,
): Promise<ApiAnswer | string> =>
  new Promise((resolve) => {
    const lost = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
    const sent = request(
      url,
      {
        agent,
        ...(cut && { signal: cut }),
        method: 'POST',
        timeout: answerTimeoutMs,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
      },
      (response) => readAnswer(response).then(resolve, lost),
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${answerTimeoutMs} ms`)));
    sent.on('error', lost);
    sent.end(body);
  });

const readAnswer = async (response: IncomingMessage): Promise<ApiAnswer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`an answer of more than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    isReplayed: response.headers['idempotency-replayed'] === 'true',
    body: parseObject(Buffer.concat(chunks).toString('utf8')),
  };
};

const parseObject = (text: string): ApiAnswer['body'] => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ApiAnswer['body']) : {};
  } catch {
    return {};
  }
};

const isRetryable = ({ status, body }: ApiAnswer): boolean =>
  (status === 429 || status >= 500) && body['type'] !== 'urn:rejoin:problem:not-admitted';

const giveUpAfterMsDefault = 30_000;
const firstPauseMsMax = 20;
const pauseMsMax = 2_000;
const answerTimeoutMs = 15_000;
const answerBytesMax = 4 * 1024 * 1024;
