/** An entry by what it said and where it was accepted, as a link to its details where it is known where those are. */
import { ShortId } from '../components/case-name.tsx';
import { formatRoute } from '../model/route.ts';
import { shortPosition } from '../model/short-position.ts';
import { useScene } from './order-scene.ts';

export const EntryLink = ({ id }: { readonly id: string }) => {
  const { names, routeTo } = useScene();
  const name = names.get(id);
  if (!name)
    return (
      <span class="mono" title={id}>
        entry <ShortId id={id} />
      </span>
    );
  return (
    <a href={formatRoute(routeTo(name))} title={id}>
      <EntryTypes types={name.types} /> <span class="mono whole">{shortPosition(name.position)}</span>
    </a>
  );
};

export const EntryLinks = ({
  ids,
  leftOut = 0,
}: {
  readonly ids: readonly string[];
  readonly leftOut?: number | undefined;
}) => (
  <>
    {ids.map((id, i) => (
      <span key={id}>
        {i > 0 && ', '}
        <EntryLink id={id} />
      </span>
    ))}
    {leftOut > 0 && ` and ${leftOut.toLocaleString()} more`}
  </>
);

/** Types are names of the lifecycle, but of one that this page has never seen. */
const EntryTypes = ({ types }: { readonly types: readonly string[] }) => (
  <bdi>
    {types.length > shownTypes
      ? `${types.slice(0, shownTypes).join(', ')} and ${types.length - shownTypes} more`
      : types.join(', ')}
  </bdi>
);

const shownTypes = 3;
