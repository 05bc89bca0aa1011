/** What else the fold found: merges that asked nobody, and entries that take no part, each with the reason. */
import type { ComponentChildren } from 'preact';
import { ForeignText } from '../components/foreign-text.tsx';
import { shortPosition } from '../model/short-position.ts';
import { EntryLink, EntryLinks } from './entry-link.tsx';
import { useScene } from './order-scene.ts';

export const RemarksSection = () => {
  const { explanation } = useScene();
  const { merges, duplicates, pending, voided, damaged, leftOut } = explanation;
  if ([merges, duplicates, pending, voided, damaged].every(({ length }) => length === 0)) return null;
  return (
    <section class="card" aria-labelledby="remarks-title">
      <h2 id="remarks-title">Merged, and left out of the history</h2>
      <Remarks title="Merged without asking anybody" items={merges} leftOut={leftOut.merges}>
        {({ field, rule, entries, entriesLeftOut }) => (
          <>
            <strong>{field}</strong>, {ruleTexts[rule] ?? rule}: <EntryLinks ids={entries} leftOut={entriesLeftOut} />
          </>
        )}
      </Remarks>
      <Remarks title="Duplicates: repeat a command and take no part" items={duplicates} leftOut={leftOut.duplicates}>
        {({ id, repeats }) => (
          <>
            <EntryLink id={id} /> repeats <EntryLink id={repeats} />
          </>
        )}
      </Remarks>
      <Remarks title="Pending: wait for a predecessor" items={pending} leftOut={leftOut.pending}>
        {({ id, position, waitsFor }) => (
          <>
            <EntryLink id={id} /> at {shortPosition(position)} waits for {shortPosition(waitsFor)}
          </>
        )}
      </Remarks>
      <Remarks title="Voided: cannot be read, applied as nothing" items={voided} leftOut={leftOut.voided}>
        {({ id, reason }) => (
          <>
            <EntryLink id={id} />: <ForeignText text={reason} />
          </>
        )}
      </Remarks>
      <Remarks title="Damaged: no entry, or one too many, stands there" items={damaged} leftOut={leftOut.damaged}>
        {({ position, reason }) => (
          <>
            {shortPosition(position)}: <ForeignText text={reason} />
          </>
        )}
      </Remarks>
    </section>
  );
};

const ruleTexts: Readonly<Record<string, string>> = {
  counter: 'a counter: all changes add up',
  set: 'a set: what was added stays unless somebody who saw it removed it',
  lww: 'the last writer wins: the largest id counts',
  critical: 'critical, and a later write or a person chose',
};

interface RemarksProps<Item> {
  readonly title: string;
  readonly items: readonly Item[];
  readonly leftOut: number | undefined;
  readonly children: (item: Item) => ComponentChildren;
}

const itemsShown = 20;

const Remarks = <Item,>({ title, items, leftOut = 0, children }: RemarksProps<Item>) => {
  if (items.length === 0) return null;
  const more = Math.max(0, items.length - itemsShown) + leftOut;
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {items.slice(-itemsShown).map((item, i) => (
          <li key={i}>{children(item)}</li>
        ))}
      </ul>
      {more > 0 && <p class="quiet">and {more.toLocaleString()} older</p>}
    </div>
  );
};
