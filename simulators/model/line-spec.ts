/** What a simulated line is and how it is told to behave: the only things its production depends on. */

import type { Product } from '@lineside/domain/facts.ts';
import type { DeclaredState } from '@lineside/domain/reading.ts';
import type { Span } from '@lineside/domain/shift.ts';

/** A product that a line can make; here its pace is always known. */
export interface Makeable {
  readonly id: string;
  readonly idealCycleSeconds: number;
}

export interface LineSpec {
  readonly id: string;
  /** Without an id where the plant names no product: the line then sends none. */
  readonly product: { readonly id: string | null; readonly idealCycleSeconds: number };
  /** What a changeover may switch to. */
  readonly alternatives: readonly Makeable[];
  /** Good parts per planned hour that the plan asks for. */
  readonly plannedPerHour: number;
  /** Whether its controller says what state it is in. */
  readonly declaresState: boolean;
}

/** A stop that the story asks for; `state` is `null` where nobody declares it. */
export interface ScriptedStop extends Span {
  readonly state: DeclaredState | null;
}

/** How one line is to do in one shift. */
export interface Conduct {
  /** From each instant on, the share of the planned rate that it keeps to; sorted, not empty. */
  readonly paces: readonly { readonly from: number; readonly share: number }[];
  readonly stops: readonly ScriptedStop[];
  /** The longest unscripted stop, as a share of the time since the shift began. */
  readonly longestStopShare: number;
  /** Whether it may change its product once. */
  readonly mayChangeOver: boolean;
  /** The fastest it can run, as a multiple of the ideal rate. */
  readonly topSpeed: number;
}

/** A line that keeps to `share` of its plan and has only its everyday troubles. */
export function steady(share: number): Conduct {
  return {
    paces: [{ from: -Infinity, share }],
    stops: [],
    longestStopShare: 0.025,
    mayChangeOver: false,
    topSpeed: Math.max(1, share),
  };
}

/** Products close enough in pace for one line to make both. */
export function alternativesTo(product: Product | null, products: readonly Product[]): Makeable[] {
  const ideal = product?.idealCycleSeconds;
  if (!product || !ideal) return [];
  return products.flatMap(({ id, idealCycleSeconds }) => {
    const near =
      idealCycleSeconds && idealCycleSeconds < ideal * 1.2 && idealCycleSeconds > ideal / 1.5;
    return near && id !== product.id ? [{ id, idealCycleSeconds }] : [];
  });
}
