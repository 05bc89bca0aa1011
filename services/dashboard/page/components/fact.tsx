/** A name and what it is, in a list of facts. */
import type { ComponentChildren } from 'preact';
import { ForeignText } from './foreign-text.tsx';

export const Fact = ({ name, children }: { readonly name: string; readonly children: ComponentChildren }) => (
  <>
    <dt>
      <ForeignText text={name} lengthMax={60} />
    </dt>
    <dd>{children}</dd>
  </>
);
