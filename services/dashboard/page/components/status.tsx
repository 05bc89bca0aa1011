/** One word about how something stands, told by colour to who sees it and by the word to everybody. */
import type { ComponentChildren } from 'preact';
import type { Tone } from '../model/words.ts';

export const Status = ({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) => (
  <span class={`status ${tone}`}>{children}</span>
);
