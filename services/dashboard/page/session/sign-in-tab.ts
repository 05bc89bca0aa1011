/**
 * Signing in again in a tab of its own: whoever was typing when the session ended keeps what they typed. The new tab hands
 * the provider's answer to the one that asked, which alone has what makes it worth something, and never sees a token.
 */
import type { SignInBegun } from './identity-provider.ts';

type Message =
  | { readonly kind: 'answer'; readonly search: string }
  /** By the tab that asked. */
  | { readonly kind: 'taken'; readonly search: string };

const openChannel = () => new BroadcastChannel('rejoin.sign-in');
const takenWithinMs = 2_000;

/** The provider's answer, whenever it comes. Throws when the browser opens no tab. */
export const askInTab = ({ url, pending }: SignInBegun, signal: AbortSignal): Promise<URLSearchParams> =>
  new Promise((resolve, reject) => {
    const channel = openChannel();
    signal.addEventListener('abort', () => channel.close());
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind !== 'answer') return;
      const answer = new URLSearchParams(data.search);
      if (answer.get('state') !== pending.state) return;
      channel.postMessage({ kind: 'taken', search: data.search } satisfies Message);
      channel.close();
      resolve(answer);
    });
    if (window.open(url, '_blank')) return;
    channel.close();
    reject(new Error('the browser opened no tab for it; allow this page to open one'));
  });

/** Whether another tab of this page waits for this answer, and has it now. */
export const handOver = (search: string): Promise<boolean> =>
  new Promise((resolve) => {
    const channel = openChannel();
    const end = (isTaken: boolean) => {
      clearTimeout(timer);
      channel.close();
      resolve(isTaken);
    };
    const timer = setTimeout(() => end(false), takenWithinMs);
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'taken' && data.search === search) end(true);
    });
    channel.postMessage({ kind: 'answer', search } satisfies Message);
  });
