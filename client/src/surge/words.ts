/** A proposed demand in plain words, before anybody saves it: what it needs, whether that can be, and what would cover the rest. */

import type { Headroom, Surge } from '@lineside/domain/surge.ts';
import { minutesLong, type Formats } from '../formats.ts';
import { neededPerHour } from '../verdict.ts';

export type Verdict = 'made' | 'possible' | 'impossible' | 'unknown';

export interface SurgeWords {
  readonly verdict: Verdict;
  /** `NEEDS 64/H: POSSIBLE` */
  readonly headline: string;
  readonly sentences: readonly string[];
  /** What would cover the missing parts, the nearest at hand first. */
  readonly remedies: readonly string[];
}

const MOST_LINES = 3;

/** @param endsAt end of the shift, epoch ms */
export function surgeWords(
  surge: Surge,
  headroom: readonly Headroom[],
  formats: Formats,
  endsAt: number,
): SurgeWords {
  const { requiredPerHour, idealPerHour } = surge;
  const end = formats.time(endsAt);
  if (requiredPerHour === null) {
    const sentences = [`No planned time is left before ${end}.`];
    return { verdict: 'impossible', headline: 'No time left', sentences, remedies: [] };
  }
  if (requiredPerHour === 0) {
    const sentences = ['That many parts are made already.'];
    return { verdict: 'made', headline: 'Reached already', sentences, remedies: [] };
  }
  const needs = `Needs ${formats.number(neededPerHour(requiredPerHour))}/h from now`;
  const left = `${minutesLong(surge.plannedMinutesLeft)} of planned time are left until ${end}.`;
  if (idealPerHour === null) {
    const unknown =
      'Nobody has said how fast this product can be made: set its ideal cycle on the Plan page.';
    return { verdict: 'unknown', headline: needs, sentences: [left, unknown], remedies: [] };
  }
  const best = `Best possible is ${formats.number(Math.floor(idealPerHour))}/h.`;
  const shortBy = Math.ceil(surge.shortBy ?? 0);
  if (shortBy <= 0) {
    return {
      verdict: 'possible',
      headline: `${needs}: possible`,
      sentences: [best, left],
      remedies: [],
    };
  }
  const short = `${formats.number(shortBy)} short at best, when the shift ends at ${end}.`;
  return {
    verdict: 'impossible',
    headline: `${needs}: not possible`,
    sentences: [best, short, left],
    remedies: remediesOf(surge, headroom, formats, shortBy),
  };
}

function remediesOf(
  { overtimeMinutes }: Surge,
  headroom: readonly Headroom[],
  formats: Formats,
  shortBy: number,
): string[] {
  const more =
    overtimeMinutes === null
      ? []
      : [`${minutesLong(Math.ceil(overtimeMinutes))} more after the shift`];
  const lines = headroom
    .filter(({ parts }) => parts >= 1)
    .slice(0, MOST_LINES)
    .map(({ line, product, isSameProduct, perHour, parts }) => {
      const share = parts >= shortBy ? 'all of it' : `${formats.number(Math.floor(parts))} parts`;
      const after = isSameProduct
        ? ''
        : `, after a changeover from ${product?.name ?? 'its product'}`;
      return `${line.name}: room for ${formats.number(Math.floor(perHour))}/h (${share})${after}`;
    });
  return [...more, ...lines];
}
