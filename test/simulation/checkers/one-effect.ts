/**
 * One idempotency key, one effect, for ever: a region (on a strongly consistent table all of them together) accepts a key
 * once, and in the fold at most one entry of a key has effect, whichever region took it and however much later it was
 * sent again.
 */
import { writerIn } from '../../../domain/ledger/position.ts';
import { hashOf } from '../facts.ts';
import type { Checker, CheckerDeps } from './checker.ts';

export const oneEffect = ({ facts, consistency }: CheckerDeps): Checker => {
  const acceptedByKey = new Map<string, string>();
  return {
    invariant: '6 one idempotency key, one effect',
    onOutcome: ({ region, stream, command, outcome }) => {
      if (outcome.kind !== 'appended' && outcome.kind !== 'replayed') return undefined;
      const { entry } = outcome;
      const { idempotencyKey } = command;
      if (entry.idempotencyKey !== idempotencyKey || entry.payloadHash !== hashOf(stream, command))
        return `${idempotencyKey} was answered with ${entry.position}, the outcome of another command`;
      if (outcome.kind === 'replayed' || facts.maimed.has(stream)) return undefined;
      const key = `${writerIn(region, consistency)} ${idempotencyKey}`;
      const earlier = acceptedByKey.get(key);
      acceptedByKey.set(key, entry.position);
      if (earlier === undefined || earlier === entry.position) return undefined;
      return `${writerIn(region, consistency)} accepted ${idempotencyKey} twice, at ${earlier} and ${entry.position}`;
    },
    checkStream: ({ stream, replicas }) => {
      for (const { region, loaded, folded } of replicas) {
        const keyAt = new Map(loaded.entries.map(({ position, idempotencyKey }) => [position, idempotencyKey]));
        const effects = new Map<string, string>();
        for (const { position, accepted } of folded.history) {
          const key = keyAt.get(position);
          if (!accepted || key === undefined) continue;
          const other = effects.get(key);
          if (other !== undefined) return `${key} of ${stream} has effect twice in ${region}: ${other} and ${position}`;
          effects.set(key, position);
        }
      }
      return undefined;
    },
  };
};
