/** What the world says of itself, as the page needs it: its faults, what waits in its links, and what is played. */

/** As `GET /world/events` says it. */
export interface WorldState {
  readonly engine: string;
  readonly regions: readonly { readonly name: string; readonly apiUrl: string }[];
  readonly witness?: string;
  readonly faults: readonly ActiveFault[];
  readonly backlog: readonly {
    readonly from: string;
    readonly to: string;
    readonly table: string;
    readonly items: number;
  }[];
  readonly play: PlayState;
  readonly hasReport: boolean;
}

export type ActiveFault =
  | { readonly kind: 'lag'; readonly from: string; readonly to: string; readonly ms: number }
  | { readonly kind: 'partition'; readonly from: string; readonly to: string }
  | { readonly kind: 'outage'; readonly region: string };

export interface PlayState {
  readonly state: 'idle' | 'playing';
  readonly startedAt?: string;
  readonly endsAt?: string;
  readonly sent: number;
  readonly taken: number;
  readonly refused: number;
  readonly failed: number;
}
