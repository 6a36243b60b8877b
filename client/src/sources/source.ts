/** Where a floor gets its lines from: the live stream or the past, behind one interface. */

export type SourceState =
  | { readonly name: 'waiting' }
  | { readonly name: 'open' }
  | { readonly name: 'failed'; readonly reason: string };

export interface Source {
  readonly state: SourceState;
  /** Since when the server has no connection to the MQTT broker, epoch ms; `null` while it has, and in the past, which needs none. */
  readonly brokerLostAt: number | null;
  /** Starts to feed; the answer stops it. */
  start(): () => void;
}
