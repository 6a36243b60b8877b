/** Where a floor gets its lines from: the live stream or the past, behind one interface. */

export type SourceState =
  | { readonly name: 'waiting' }
  | { readonly name: 'open' }
  | { readonly name: 'failed'; readonly reason: string };

export interface Source {
  readonly state: SourceState;
  /** Starts to feed; the answer stops it. */
  start(): () => void;
}
