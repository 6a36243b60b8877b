/** The plant as the server knows it: which lines there are to simulate, and in which shifts they work. */

import type { Product } from '@lineside/domain/facts.ts';
import { plannedTotal, type Shift } from '@lineside/domain/shift.ts';
import type { LineEntry, ShiftEntry } from '@lineside/domain/wire.ts';
import { alternativesTo, type LineSpec } from './model/line-spec.ts';
import { chance, randomFrom } from './model/random.ts';
import { Refusal } from './refusal.ts';

const HOUR_MS = 3_600_000;
/** Where only one of the two is known: plans ask for this share of what a machine can do. */
const PLANNED_SHARE = 0.85;

async function ask(url: URL, signal: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const response = await fetch(url, { signal: limit }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(
      `No answer from ${url.href}: ${reason}. Start Lineside first, or pass its address with --http.`,
    );
  });
  if (!response.ok) {
    const text = (await response.text()).slice(0, 300);
    throw new Refusal(`${url.href} answered ${response.status}: ${text}`);
  }
  return response.json();
}

async function askForList(url: URL, signal: AbortSignal): Promise<unknown[]> {
  const answer = await ask(url, signal);
  if (Array.isArray(answer)) return answer as unknown[];
  throw new Refusal(`${url.href} did not answer with a list: is it Lineside's address?`);
}

/** The lines of the plant file; lines that were only discovered are nobody's plan. */
export async function askForLines(http: string, signal: AbortSignal): Promise<LineEntry[]> {
  const answer = await askForList(new URL('/api/lines', http), signal);
  return (answer as LineEntry[]).filter(({ discovered }) => !discovered);
}

/** The shifts that touch a span of time, oldest first. */
export async function askForShifts(
  http: string,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Shift[]> {
  const url = new URL('/api/shifts', http);
  url.searchParams.set('from', new Date(from).toISOString());
  url.searchParams.set('to', new Date(to).toISOString());
  const entries = (await askForList(url, signal)) as ShiftEntry[];
  const instants = ({ start, end }: { start: string; end: string }) => ({
    start: Date.parse(start),
    end: Date.parse(end),
  });
  return entries
    .map((entry) => ({
      id: entry.id,
      name: entry.name,
      date: entry.date,
      ...instants(entry),
      breaks: entry.breaks.map(instants),
    }))
    .sort((a, b) => a.start - b.start);
}

function plannedPerHour(entry: LineEntry, shifts: readonly Shift[]): number | null {
  if (!entry.target) return null;
  if ('perHour' in entry.target) return entry.target.perHour;
  const hours = shifts.map((shift) => plannedTotal(shift) / HOUR_MS).sort((a, b) => a - b);
  return entry.target.perShift / (hours[Math.floor(hours.length / 2)] ?? 8);
}

/** How to simulate each line of a plant; what the plan leaves open is guessed. */
export function specsOf(entries: readonly LineEntry[], shifts: readonly Shift[]): LineSpec[] {
  return entries.map((entry) => {
    const planned = plannedPerHour(entry, shifts);
    const ideal = entry.product?.idealCycleSeconds ?? (3600 / (planned ?? 100)) * PLANNED_SHARE;
    const perHour = planned !== null && planned > 0 ? planned : (3600 / ideal) * PLANNED_SHARE;
    const nearby = entries.flatMap((other): Product[] =>
      other.product && other.area === entry.area ? [other.product] : [],
    );
    return {
      id: entry.id,
      product: { id: entry.product?.id ?? null, idealCycleSeconds: ideal },
      alternatives: alternativesTo(entry.product, nearby).filter(
        (other) => 3600 / other.idealCycleSeconds > perHour * 1.1,
      ),
      plannedPerHour: perHour,
      declaresState: chance(randomFrom(entry.id, 'declares its state'), 0.7),
    };
  });
}
