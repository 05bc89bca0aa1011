/** What the page says of what the ledger has a name for: the name as people read it, what it means, and how it is told. */

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

export interface Words {
  /** For a table. */
  readonly name: string;
  readonly meaning: string;
}

export interface TonedWords extends Words {
  readonly tone: Tone;
}
