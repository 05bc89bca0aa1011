/**
 * Whose turn it is to write an item: one write of a key at a time.
 *
 * Writers in one region wait in line, as DynamoDB has it. A writer in another region is told at once that it has met one:
 * that is the conflict of a strongly consistent global table.
 */
export interface KeyTurns {
  /** Undefined where another region has the turn. */
  readonly take: (region: string, key: string) => Promise<Turn | undefined>;
}

export interface Turn {
  /** Lets the next one in. Once a turn. */
  readonly end: () => void;
}

export const createKeyTurns = (): KeyTurns => {
  const underWay = new Map<string, UnderWay>();

  const end = (key: string): void => {
    const next = underWay.get(key)?.inLine.shift();
    if (next) next();
    else underWay.delete(key);
  };

  return {
    take: async (region, key) => {
      const current = underWay.get(key);
      if (current && current.region !== region) return undefined;
      if (current) await new Promise<void>((begin) => current.inLine.push(begin));
      else underWay.set(key, { region, inLine: [] });
      return { end: () => end(key) };
    },
  };
};

interface UnderWay {
  readonly region: string;
  readonly inLine: (() => void)[];
}
