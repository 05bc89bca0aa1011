/** More about something, for who opens it. What may be long is not even made before. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export interface UnfoldProps {
  readonly title: string;
  readonly children: () => ComponentChildren;
}

export const Unfold = ({ title, children }: UnfoldProps) => {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && children()}
    </details>
  );
};
