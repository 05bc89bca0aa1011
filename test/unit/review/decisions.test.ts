/** Who decided what about a case, and whose word stands. */
import { describe, expect, it } from 'vitest';
import { fold } from '../../../domain/fold/fold.ts';
import type { Entry } from '../../../domain/ledger/entry.ts';
import { retail } from '../../../domain/lifecycle/retail.ts';
import { decisionsAbout } from '../../../domain/review/decisions.ts';
import {
  address,
  addressChanged,
  cancelled,
  paid,
  placed,
  resolved,
  shipped,
} from '../../support/builders/retail-drafts.ts';
import { type Scene, setScene } from '../../support/builders/review-scenes.ts';

const contested = (): Scene & { readonly about: Entry; readonly cases: readonly string[] } => {
  const scene = setScene();
  scene.us.append(shipped());
  const about = scene.eu.append(cancelled());
  scene.ledger.replicateAll();
  return { ...scene, about, cases: [about.id] };
};

const decisionsOf = ({ ledger }: Pick<Scene, 'ledger'>, { id }: Pick<Entry, 'id'>) => {
  const entries = ledger.entries();
  return decisionsAbout({ entries, lifecycle: retail, folded: fold(entries, retail), caseId: id });
};

const standing = (scene: Pick<Scene, 'ledger'>, about: Pick<Entry, 'id'>): readonly string[] =>
  decisionsOf(scene, about).flatMap(({ entryId, stands }) => (stands ? [entryId] : []));

describe('the decisions about a case', () => {
  it('are none while nobody has decided', () => {
    const scene = contested();
    expect(decisionsOf(scene, scene.about)).toEqual([]);
  });

  it('say who decided what, where, when and why, but no value of a field', () => {
    const { us, about, cases, ...scene } = contested();
    const entry = us.append(
      resolved({
        cases,
        status: 'shipped',
        fields: { note: 'the customer keeps it', carrier: 'dhl' },
        reason: 'agreed',
      }),
    );
    expect(decisionsOf(scene, about)).toEqual([
      {
        entryId: entry.id,
        position: 'us-east-1/0000000004',
        region: 'us-east-1',
        atMs: entry.recordedAt,
        reason: 'agreed',
        status: 'shipped',
        fields: ['carrier', 'note'],
        stands: true,
      },
    ]);
  });

  it('name the actor, and take the time of the id where no clock was written down', () => {
    const { us, about, cases, ledger } = contested();
    const { recordedAt, ...decision } = us.append(resolved({ cases }));
    const entries = [...ledger.entries().slice(0, -1), { ...decision, actor: 'reviewer-7' }];
    const [found] = decisionsAbout({ entries, lifecycle: retail, folded: fold(entries, retail), caseId: about.id });
    expect(found).toMatchObject({ actor: 'reviewer-7', atMs: recordedAt });
  });

  it('are both there when two regions decided alike at once, and the one that settled the case stands', () => {
    const scene = contested();
    const { us, eu, about, cases } = scene;
    const [first] = [us, eu].map((writer) => writer.append(resolved({ cases, status: 'cancelled' })));
    expect(decisionsOf(scene, about)).toHaveLength(2);
    expect(standing(scene, about)).toEqual([first?.id]);
  });

  it('say that the last stands when two regions decided differently at once', () => {
    const scene = contested();
    const { us, eu, about, cases } = scene;
    us.append(resolved({ cases, status: 'shipped' }));
    const last = eu.append(resolved({ cases, status: 'cancelled' }));
    expect(decisionsOf(scene, about)).toHaveLength(2);
    expect(standing(scene, about)).toEqual([last.id]);
  });

  it.each([true, false])('say that a status stands over no change, whoever came first (the status: %s)', (isFirst) => {
    const scene = contested();
    const { us, eu, about, cases } = scene;
    const change = { cases, status: 'cancelled' };
    const decisions = [
      us.append(resolved(isFirst ? change : { cases })),
      eu.append(resolved(isFirst ? { cases } : change)),
    ];
    expect(fold(scene.ledger.entries(), retail).status).toBe('cancelled');
    expect(standing(scene, about)).toEqual([decisions[isFirst ? 0 : 1]?.id]);
  });

  it('stand also where the chosen value left no dispute behind', () => {
    const scene = setScene();
    scene.us.append(shipped());
    const about = scene.eu.append(addressChanged('Olinda'));
    scene.ledger.replicateAll();
    const decision = scene.us.append(resolved({ cases: [about.id], fields: { shippingAddress: address('Olinda') } }));
    expect(fold(scene.ledger.entries(), retail).cases).toEqual([]);
    expect(standing(scene, about)).toEqual([decision.id]);
  });

  it('do not stand where they had not seen the case: it closed by itself', () => {
    const scene = setScene([placed()]);
    const about = scene.us.append(shipped());
    scene.eu.append(resolved({ cases: [about.id], reason: 'told by phone' }));
    expect(standing(scene, about)).toEqual([]);
    scene.us.append(paid());
    expect(fold(scene.ledger.entries(), retail).cases).toEqual([]);
    expect(decisionsOf(scene, about)).toMatchObject([{ reason: 'told by phone', stands: false }]);
  });

  it('do not stand while the case is open again: a third address was older, and came late', () => {
    const { us, eu, ledger } = setScene([placed()], { regions: ['us-east-1', 'eu-west-1', 'ap-south-1'] });
    ledger.at('ap-south-1').append(addressChanged('Manaus'));
    us.append(addressChanged('Olinda'));
    const about = eu.append(addressChanged('Natal'));
    ledger.replicate('eu-west-1', 'us-east-1');
    us.append(resolved({ cases: [about.id] }));
    const inUs = { ledger: { ...ledger, entries: us.entries } };
    expect(decisionsOf(inUs, about)).toMatchObject([{ stands: true }]);
    ledger.replicateAll();
    expect(decisionsOf(inUs, about)).toMatchObject([{ stands: false }]);
  });

  it('count one that named nothing and settled two that differ', () => {
    const scene = contested();
    const { us, eu, cases, ledger } = scene;
    us.append(resolved({ cases, status: 'shipped' }));
    const about = eu.append(resolved({ cases, status: 'cancelled' }));
    ledger.replicateAll();
    const last = us.append(resolved({ status: 'shipped' }));
    expect(decisionsOf(scene, about)).toMatchObject([{ entryId: last.id, stands: true }]);
  });

  it('leave out what names another case, what cannot be read, and repetitions', () => {
    const scene = contested();
    const { us, eu, about, cases, ledger } = scene;
    const key = { idempotencyKey: 'k', payloadHash: 'a'.repeat(64) };
    const decision = us.append(resolved({ cases }), key);
    eu.append(resolved({ cases }), key);
    ledger.replicateAll();
    us.append(resolved({ cases: [decision.id] }));
    us.append({ ...resolved({ cases }), data: { cases, reason: '', status: 'lost' } });
    expect(decisionsOf(scene, about).map(({ entryId }) => entryId)).toEqual([decision.id]);
  });

  it('hold one that was refused for its key, which never stands', () => {
    const scene = contested();
    const { us, eu, about, cases } = scene;
    const key = { idempotencyKey: 'k' };
    const first = us.append(resolved({ cases, status: 'shipped' }), key);
    eu.append(resolved({ cases, status: 'cancelled' }), key);
    expect(decisionsOf(scene, about)).toHaveLength(2);
    expect(standing(scene, about)).toEqual([first.id]);
  });
});
