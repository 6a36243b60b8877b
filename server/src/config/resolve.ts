/** A plan as people write it to what the server computes with: defaults filled in, times as minutes. */

import { DEFAULT_STOP_AFTER_SECONDS, DEFAULT_THRESHOLDS } from '@lineside/domain/facts.ts';
import type {
  WrittenDemand,
  WrittenExtraShift,
  WrittenLine,
  WrittenPlan,
  WrittenShift,
  WrittenSpan,
  WrittenTarget,
} from '@lineside/domain/plan.ts';
import type { Target } from '@lineside/domain/target.ts';
import {
  demandKey,
  OUTPUT_TOPIC,
  type Demand,
  type ExtraShift,
  type LinePlan,
  type Plant,
  type ShiftRule,
  type WallSpan,
} from './plan.ts';
import { DECLARED_WEEKDAYS, parseWallTime, weekdayOf } from './wall-time.ts';

/** @param written a plan that is known to be right */
export function plantOf(written: WrittenPlan): Plant {
  const { plant, products, lines, demand, sources } = written;
  return {
    name: plant.name,
    timeZone: plant.timeZone,
    shifts: written.shifts.map(shiftRule),
    holidays: written.holidays.map(({ date, shifts = null }) => ({ date, shifts })),
    extraShifts: written.extraShifts.map(extraShift),
    products: products.map(({ id, name = id, idealCycleSeconds = null }) => {
      return { id, name, idealCycleSeconds };
    }),
    ownRates: products.flatMap(({ id, targetPerHour: rate }) => (rate ? [[id, rate]] : [])),
    lines: lines.map(linePlan),
    demand: Map.groupBy(demand.map(demandOf), demandKey),
    topics: [...new Set([OUTPUT_TOPIC, ...sources.map(({ topic }) => topic)])],
  };
}

export function shiftRule(shift: WrittenShift): ShiftRule {
  const { name, days = DECLARED_WEEKDAYS, breaks = [] } = shift;
  return {
    name,
    ...wallSpan(shift),
    days: [...new Set(days.map(weekdayOf))].sort((a, b) => a - b),
    breaks: breaks.map(wallSpan),
  };
}

export function extraShift(shift: WrittenExtraShift): ExtraShift {
  const { date, name, breaks = [] } = shift;
  return { date, name, ...wallSpan(shift), breaks: breaks.map(wallSpan) };
}

function wallSpan({ start, end }: WrittenSpan): WallSpan {
  const minutes = (text: string): number => (parseWallTime(text) ?? 0) % 1440;
  return { startMinute: minutes(start), endMinute: minutes(end) };
}

function linePlan(line: WrittenLine): LinePlan {
  const { id, name = id, area = '', product = null, counter = {}, thresholds = {} } = line;
  const { stopAfterSeconds = DEFAULT_STOP_AFTER_SECONDS, staleAfterSeconds = null } = line;
  const { productSince } = line;
  return {
    ...{ id, name, area, product },
    productSince: productSince === undefined ? null : Date.parse(productSince),
    target: line.target ? targetOf(line.target) : null,
    counter: { rollover: counter.rollover ?? null, correction: counter.correction ?? 0 },
    rules: {
      ...{ stopAfterSeconds, staleAfterSeconds },
      thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds },
    },
  };
}

function targetOf({ perHour, perShift }: WrittenTarget): Target | null {
  if (perHour !== undefined) return { perHour };
  return perShift === undefined ? null : { perShift };
}

function demandOf(written: WrittenDemand): Demand {
  const { date, shift, line, product = null, quantity, perHour } = written;
  const target = perHour === undefined ? { perShift: quantity ?? 0 } : { perHour };
  return { date, shift, line, product, target };
}
