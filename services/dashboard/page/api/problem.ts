/** What an API, or the way to it, has against a request: RFC 9457 where the API said so, else in the same words. */

import { SignedOut } from '../session/session.ts';

export class Problem extends Error {
  /** 0 where no answer came. */
  readonly status: number;
  /** `urn:rejoin:problem:…`; `about:blank` where there is none. */
  readonly type: string;
  readonly title: string;
  readonly detail: string | undefined;
  /** What else the API said: of a problem of ours, what a client needs to go on. */
  readonly extensions: Readonly<Record<string, unknown>>;

  /** The region has nothing against the request: whoever looks has to sign in again. */
  get isSignedOut(): boolean {
    return this.type === signedOutType;
  }

  constructor({ status, type = 'about:blank', title, detail, extensions = {} }: ProblemParts) {
    super(detail ?? title);
    this.status = status;
    this.type = type;
    this.title = title;
    this.detail = detail;
    this.extensions = extensions;
  }
}

/** As the order API has it, too. */
const signedOutType = 'urn:rejoin:problem:not-authenticated';

interface ProblemParts {
  readonly status: number;
  readonly type?: string | undefined;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export const problemOf = async (response: Response): Promise<Problem> => {
  const { status, statusText } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const { type, title = `${status} ${statusText}`, detail, ...extensions } = (body ?? {}) as Partial<ProblemParts>;
  return new Problem({ status, type, title, detail, extensions: { ...extensions } });
};

/** Whatever was thrown, as a problem. */
export const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new Problem({ status: 0, title: 'No answer in time' });
  if (error instanceof SignedOut)
    return new Problem({ status: 0, type: signedOutType, title: 'Your session has ended' });
  if (error instanceof TypeError) return new Problem({ status: 0, title: 'No answer' });
  return new Problem({ status: 0, title: error instanceof Error ? error.message : String(error) });
};
