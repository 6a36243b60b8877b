/** The shape of a plan as people write it, and sentences for what departs from it. */

import type { WrittenPlan } from '@lineside/domain/plan.ts';
import { z } from 'zod';
import { DECLARED_WEEKDAYS, isDate, parseWallTime } from './wall-time.ts';
import { ID_PATTERN } from './plan.ts';

const id = z.string().regex(ID_PATTERN, {
  error: 'must be 1 to 64 letters, digits, "-" or "_"',
});
const name = z.string().trim().min(1, { error: 'must not be empty' });
const wallTime = z.string().refine((text) => parseWallTime(text) !== null, {
  error: 'must be a time of day from 00:00 to 24:00',
});
const date = z.string().refine(isDate, {
  error: 'must be a date that there is, such as 2026-12-24',
});
const instant = z.iso.datetime({
  offset: true,
  error: 'must be an instant such as 2026-11-23T09:30:00Z',
});
const positive = z.number().positive({ error: 'must be greater than 0' });
const percent = z.number().nonnegative({ error: 'must be 0 or more' });
const span = { start: wallTime, end: wallTime };
const breaks = z.array(z.strictObject(span));

const shiftSchema = z.strictObject({
  name,
  ...span,
  days: z
    .array(z.enum(DECLARED_WEEKDAYS))
    .min(1, { error: 'must name at least one day, or be left out for every day' })
    .exactOptional(),
  breaks: breaks.exactOptional(),
});

const holidaySchema = z.strictObject({
  date,
  name,
  shifts: z
    .array(z.string())
    .min(1, { error: 'must name at least one shift, or be left out for all of them' })
    .exactOptional(),
});

const extraShiftSchema = z.strictObject({
  date,
  name,
  ...span,
  breaks: breaks.exactOptional(),
});

const productSchema = z.strictObject({
  id,
  name: name.exactOptional(),
  idealCycleSeconds: positive.nullable().exactOptional(),
  targetPerHour: positive.exactOptional(),
});

const targetSchema = z
  .strictObject({ perHour: positive.exactOptional(), perShift: positive.exactOptional() })
  .refine((target) => (target.perHour === undefined) !== (target.perShift === undefined), {
    error: 'must give either perHour or perShift',
  });

const lineSchema = z.strictObject({
  id,
  name: name.exactOptional(),
  area: z.string().trim().exactOptional(),
  product: id.exactOptional(),
  productSince: instant.exactOptional(),
  target: targetSchema.exactOptional(),
  counter: z
    .strictObject({
      rollover: z.int().min(2, { error: 'must be 2 or more' }).exactOptional(),
      correction: z.int().nonnegative({ error: 'must be 0 or more' }).exactOptional(),
    })
    .exactOptional(),
  stopAfterSeconds: positive.exactOptional(),
  staleAfterSeconds: positive.exactOptional(),
  thresholds: z
    .strictObject({
      behindPercent: percent.exactOptional(),
      criticalPercent: percent.exactOptional(),
      aheadPercent: percent.exactOptional(),
    })
    .exactOptional(),
});

const demandSchema = z
  .strictObject({
    date,
    shift: z.string(),
    line: z.string(),
    product: z.string().exactOptional(),
    quantity: z
      .int({ error: 'must be a whole number of parts' })
      .positive({ error: 'must be greater than 0' })
      .exactOptional(),
    perHour: positive.exactOptional(),
    crew: z.number().nonnegative({ error: 'must be 0 or more' }).exactOptional(),
  })
  .refine(({ quantity, perHour }) => (quantity === undefined) !== (perHour === undefined), {
    error: 'must give either a quantity or perHour',
  });

const sourceSchema = z.strictObject({
  topic: z.string().refine(isSourceTopic, {
    error: 'must be an MQTT topic with {line} once, as a whole level, and without + or #',
  }),
});

export const planSchema: z.ZodType<WrittenPlan> = z.strictObject({
  plant: z.strictObject({ name, timeZone: z.string() }),
  shifts: z.array(shiftSchema).default([]),
  holidays: z.array(holidaySchema).default([]),
  extraShifts: z.array(extraShiftSchema).default([]),
  products: z.array(productSchema).default([]),
  lines: z.array(lineSchema).default([]),
  demand: z.array(demandSchema).default([]),
  sources: z.array(sourceSchema).default([]),
});

function isSourceTopic(topic: string): boolean {
  const levels = topic.split('/');
  return (
    levels.filter((level) => level === '{line}').length === 1 &&
    levels.every((level) => level === '{line}' || !/[+#{}\0]/.test(level)) &&
    !topic.startsWith('$')
  );
}

const TYPE_NAMES = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['array', 'a list'],
  ['object', 'a group of settings'],
]);

/** What is wrong, as the end of a sentence that begins with the setting's name. */
export function complaint(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return 'is missing';
      const expected = TYPE_NAMES.get(issue.expected) ?? issue.expected;
      const quotes = issue.expected === 'string' ? '; put it in quotes' : '';
      return `must be ${expected}, not ${shown(issue.input)}${quotes}`;
    }
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'unrecognized_keys':
      return `is not a setting that Lineside knows`;
    default:
      return undefined;
  }
}

function shown(input: unknown): string {
  return input === undefined ? 'nothing' : JSON.stringify(input).slice(0, 100);
}
