/** What travels between server and screen: socket events both ways and HTTP shapes, typed once. */

import type { LineInfo, LineRules, Product, Resolution } from './facts.ts';
import type { DeclaredState } from './reading.ts';
import type { Shift } from './shift.ts';
import type { Target, TargetChange } from './target.ts';
import type { StopKind } from './stops.ts';
import type { TrackOrigin } from './track.ts';

/** One message on a line's track: epoch ms, good and reject, totals since the shift's start. */
export type Point = readonly [at: number, good: number, reject: number];

/** What a point says beyond its counts. `index` counts from the start of the points it goes with. */
export interface PointNote {
  readonly index: number;
  readonly state?: DeclaredState;
  readonly product?: string;
  readonly online?: boolean;
  /** Parts among this point's rise that were made unseen (C6). */
  readonly unseen?: number;
  /** Implausible rises found at this point (C5); negative when a glitch is undone. */
  readonly implausible?: number;
  /** Messages found missing at this point (C8); negative when it fills a gap. */
  readonly missed?: number;
}

/** A track as columns of differences, each column's first entry whole. */
export interface EncodedTrack {
  readonly origin: TrackOrigin;
  readonly at: readonly number[];
  readonly good: readonly number[];
  readonly reject: readonly number[];
  readonly notes: readonly PointNote[];
}

/** A stop or a silence; epoch ms. */
export interface StopSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: StopKind;
}

/** All that a screen needs to compute one line's boards of one shift at any moment. */
export interface LineView {
  readonly line: LineInfo;
  /** A line that sends readings but is not in the plan. */
  readonly discovered: boolean;
  readonly rules: LineRules;
  readonly product: Product | null;
  readonly products: readonly Product[];
  readonly targets: readonly TargetChange[];
  readonly shifts: readonly Shift[];
  /** Totals count from this instant: the start of the shift in view, or of the view outside shifts. */
  readonly zeroAt: number;
  readonly resolution: Resolution;
  readonly track: EncodedTrack;
  /** Stops and silences of the hours before `zeroAt`. */
  readonly earlier: readonly StopSpan[];
}

export interface PlantInfo {
  readonly name: string;
  /** IANA zone in which screens show times. */
  readonly timeZone: string;
  readonly demo: boolean;
  /** Where the embedded broker listens; `null` until it does, and with a broker of the plant's own. */
  readonly mqttPort: number | null;
  /** How long readings are kept one by one, days; `null`: for ever (H1). */
  readonly retentionDays: number | null;
}

export interface SubscribeRequest {
  readonly lines: readonly string[] | 'all';
  /** The cursor of the last frame seen: lines with nothing new since are left out of the answer. */
  readonly after?: string;
}

export type SubscribeAnswer =
  | {
      readonly ok: true;
      readonly serverTime: number;
      readonly build: string;
      readonly cursor: string;
      readonly brokerLostAt: number | null;
      readonly plant: PlantInfo;
      readonly lines: readonly LineView[];
    }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

export interface LinePoints {
  readonly id: string;
  readonly points: readonly Point[];
  /** The last state declared among these points. */
  readonly state?: DeclaredState;
  readonly notes?: readonly PointNote[];
}

export interface PointsFrame {
  readonly serverTime: number;
  /** The cursor before this frame: where it is not the last one seen, frames were dropped. */
  readonly previous: string;
  readonly cursor: string;
  readonly lines: readonly LinePoints[];
}

/** A sign of life, every second. */
export interface Tick {
  readonly serverTime: number;
  readonly build: string;
  /** The cursor of the last frame: a screen that has another one missed something. */
  readonly cursor: string;
  /** Since when the server has no connection to the MQTT broker, epoch ms; `null`: it has one. */
  readonly brokerLostAt: number | null;
}

export interface ClientEvents {
  subscribe: (request: SubscribeRequest, answer: (answer: SubscribeAnswer) => void) => void;
}

export interface ServerEvents {
  points: (frame: PointsFrame) => void;
  line: (view: LineView) => void;
  tick: (tick: Tick) => void;
  /** The plan is another now: lines may have come or gone, and the plant's name or zone may be another. */
  plan: (changed: { readonly version: number }) => void;
}

/** Answer of `GET /api/views?at=&lines=`: the shift around an instant, for replay. */
export interface ViewsAnswer {
  readonly serverTime: number;
  readonly build: string;
  readonly plant: PlantInfo;
  readonly lines: readonly LineView[];
}

/** One entry of `GET /api/lines`. */
export interface LineEntry {
  readonly id: string;
  readonly name: string;
  readonly area: string | null;
  readonly product: Product | null;
  readonly target: Target | null;
  readonly discovered: boolean;
}

/** One entry of `GET /api/shifts`; ISO 8601 UTC. */
export interface ShiftEntry {
  readonly id: string;
  readonly name: string;
  readonly date: string;
  readonly start: string;
  readonly end: string;
  readonly breaks: readonly { readonly start: string; readonly end: string }[];
  readonly plannedMinutes: number;
}

/** One entry of `GET /api/quarantine`. */
export interface QuarantineEntry {
  readonly receivedAt: string;
  readonly topic: string;
  readonly payload: string;
  readonly reason: string;
}

export interface Health {
  readonly status: 'ok' | 'degraded';
  readonly ready: boolean;
  readonly version: string;
  readonly build: string;
  readonly mqtt: {
    readonly broker: 'embedded' | 'external';
    readonly connected: boolean;
    /** Since when it is not connected, ISO 8601 UTC, and why, as far as that is known. */
    readonly lostAt: string | null;
    readonly trouble: string | null;
  };
  readonly store: {
    readonly kind: string;
    readonly reachable: boolean;
    /** Why nothing can be stored, while that is so. */
    readonly trouble: string | null;
    /** Readings on disk here that the time-series database does not have yet. */
    readonly spooled: number;
    /** Why the time-series database takes no readings, while that is so. */
    readonly databaseTrouble: string | null;
  };
  readonly readings: {
    readonly accepted: number;
    readonly duplicates: number;
    readonly quarantined: number;
    /** Messages missing of the planned lines' shift in view (C8). */
    readonly missed: number;
  };
  readonly lines: number;
  readonly discovered: readonly string[];
}
