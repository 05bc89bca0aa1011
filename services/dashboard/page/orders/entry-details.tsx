/** One entry in full, as it is stored, and what became of it. Who follows a link to an entry is led here. */
import { useEffect, useRef } from 'preact/hooks';
import { cutToToken } from '../../../../domain/ledger/cut.ts';
import type { Entry } from '../../../../domain/ledger/entry.ts';
import { parseOrderStream } from '../../../../domain/ledger/stream-name.ts';
import { Fact } from '../components/fact.tsx';
import { ForeignText } from '../components/foreign-text.tsx';
import { Time } from '../components/time.tsx';
import { Value } from '../components/value.tsx';
import { formatRoute } from '../model/route.ts';
import { shortPosition } from '../model/short-position.ts';
import { ulidTimeMs } from '../model/ulid-time.ts';
import { EntryWhy } from './entry-why.tsx';
import { useScene } from './order-scene.ts';

export const EntryDetails = ({ position }: { readonly position: string | undefined }) => {
  const { graph, orderId, upTo } = useScene();
  const title = useLedHere(position);
  const entry = graph.nodes.find((node) => node.entry.position === position)?.entry;
  if (position === undefined) return <p class="quiet">Choose an entry to see it in full.</p>;
  if (!entry) return <p class="quiet">The entry {shortPosition(position)} is not among those that are shown.</p>;
  return (
    <article class="entry-details" aria-labelledby="entry-title">
      <div class="row spread">
        <h3 id="entry-title" ref={title} tabIndex={-1}>
          Entry <span class="mono">{shortPosition(entry.position)}</span>:{' '}
          {entry.events.map(({ type }) => type).join(', ')}
        </h3>
        <a href={formatRoute({ page: 'order', orderId, query: { upTo } })}>Close</a>
      </div>
      <p>
        <EntryWhy position={entry.position} />
      </p>
      <div class="entry-parts">
        <Events entry={entry} />
        <Facts entry={entry} />
      </div>
    </article>
  );
};

/** Not whom the drawing's own focus brought, and not whoever has just opened the page. */
const useLedHere = (position: string | undefined) => {
  const title = useRef<HTMLHeadingElement>(null);
  const last = useRef(position);
  useEffect(() => {
    const isInDrawing = document.activeElement instanceof HTMLInputElement;
    if (last.current !== position && position !== undefined && !isInDrawing) title.current?.focus();
    last.current = position;
  }, [position]);
  return title;
};

const Events = ({ entry: { events } }: { readonly entry: Entry }) => (
  <ol class="plain">
    {events.map(({ id, type, v, data }) => (
      <li key={id}>
        <strong>
          <bdi>{type}</bdi>
        </strong>{' '}
        <span class="quiet">version {v}</span>
        <dl class="facts">
          {Object.entries(data).map(([name, value]) => (
            <Fact key={name} name={name}>
              <Value of={value} />
            </Fact>
          ))}
        </dl>
        {Object.keys(data).length === 0 && <p class="quiet">It says no more than that.</p>}
      </li>
    ))}
  </ol>
);

const Facts = ({ entry }: { readonly entry: Entry }) => {
  const { id, kind, source, actor, recordedAt, occurredAt, seen, epoch, idempotencyKey, traceId, hash, parents } =
    entry;
  const acceptedMs = ulidTimeMs(id);
  return (
    <dl class="facts">
      <Fact name="Position">
        <span class="mono">{entry.position}</span>
      </Fact>
      <Fact name="Accepted in">{entry.region}</Fact>
      <Fact name="Id">
        <span class="mono">{id}</span>
        {acceptedMs !== undefined && (
          <small class="under">
            <Time at={acceptedMs} />, by the ledger's clock
          </small>
        )}
      </Fact>
      <Fact name="Kind">{kind}</Fact>
      <Fact name="Source">
        <ForeignText text={source} />
      </Fact>
      {actor !== undefined && (
        <Fact name="By">
          <ForeignText text={actor} />
        </Fact>
      )}
      {recordedAt !== undefined && (
        <Fact name="Recorded">
          <Time at={recordedAt} />
        </Fact>
      )}
      {occurredAt !== undefined && (
        <Fact name="Happened">
          <Time at={occurredAt} />, says its source
        </Fact>
      )}
      <Fact name="Had seen">
        <span class="mono">{cutToToken(seen) || 'nothing'}</span>
      </Fact>
      {idempotencyKey !== undefined && (
        <Fact name="Idempotency key">
          <ForeignText text={idempotencyKey} />
        </Fact>
      )}
      {epoch !== undefined && <Fact name="Epoch">{epoch}</Fact>}
      {traceId !== undefined && (
        <Fact name="Trace">
          <ForeignText text={traceId} />
        </Fact>
      )}
      <Group entry={entry} />
      <Fact name="Hash">
        <span class="mono">{hash}</span>
      </Fact>
      <Fact name="Parents">
        <Parents hashes={parents ?? []} />
      </Fact>
    </dl>
  );
};

const Group = ({ entry: { group, stream } }: { readonly entry: Entry }) => {
  if (!group) return null;
  const others = group.streams.filter((it) => it !== stream).flatMap((it) => parseOrderStream(it)?.orderId ?? []);
  return (
    <Fact name="One command with">
      {others.slice(0, groupOrdersShown).map((orderId) => (
        <div key={orderId}>
          <a href={formatRoute({ page: 'order', orderId, query: {} })}>{orderId}</a>
        </div>
      ))}
      {others.length > groupOrdersShown && `and ${others.length - groupOrdersShown} more`}
      <small class="under mono">{group.commandId}</small>
    </Fact>
  );
};

const groupOrdersShown = 20;

/** A parent is the entry with that hash; of those that are shown it is known which. */
const Parents = ({ hashes }: { readonly hashes: readonly string[] }) => {
  const { graph } = useScene();
  if (hashes.length === 0) return <span class="quiet">none</span>;
  return (
    <>
      {hashes.map((hash) => {
        const parent = graph.nodes.find(({ entry }) => entry.hash === hash)?.entry;
        return (
          <div key={hash} class="mono" title={hash}>
            {hash.slice(0, 16)}… {parent && shortPosition(parent.position)}
          </div>
        );
      })}
    </>
  );
};
