/** What may be wider than a phone, such as a table: it scrolls by itself, by keyboard too, and the page does not. */
import type { ComponentChildren } from 'preact';

export const Wide = ({ label, children }: { readonly label: string; readonly children: ComponentChildren }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by who has no mouse
  <section class="wide" aria-label={label} tabIndex={0}>
    {children}
  </section>
);
