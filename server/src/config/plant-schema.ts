/** The shape of a plant file, and sentences for what departs from it. */

import { z } from 'zod';
import { DECLARED_WEEKDAYS, parseWallTime } from './wall-time.ts';
import { ID_PATTERN } from './plan.ts';

const id = z.string().regex(ID_PATTERN, {
  error: 'must be 1 to 64 letters, digits, "-" or "_"',
});
const name = z.string().trim().min(1, { error: 'must not be empty' });
const wallTime = z.string().refine((text) => parseWallTime(text) !== null, {
  error: 'must be a time of day from "00:00" to "24:00", in quotes',
});
const positive = z.number().positive({ error: 'must be greater than 0' });
const percent = z.number().nonnegative({ error: 'must be 0 or more' });

const breakSchema = z.strictObject({ start: wallTime, end: wallTime });

const shiftSchema = z.strictObject({
  name,
  start: wallTime,
  end: wallTime,
  days: z
    .array(z.enum(DECLARED_WEEKDAYS))
    .min(1, { error: 'must name at least one day, or be left out for every day' })
    .default([...DECLARED_WEEKDAYS]),
  breaks: z.array(breakSchema).default([]),
});

const productSchema = z.strictObject({
  id,
  name: name.optional(),
  idealCycleSeconds: positive.nullable().default(null),
});

const targetSchema = z
  .strictObject({ perHour: positive.optional(), perShift: positive.optional() })
  .refine((target) => (target.perHour === undefined) !== (target.perShift === undefined), {
    error: 'must give either perHour or perShift',
  });

const lineSchema = z.strictObject({
  id,
  name: name.optional(),
  area: z.string().trim().default(''),
  product: id.optional(),
  target: targetSchema.optional(),
  counter: z
    .strictObject({
      rollover: z.int().min(2, { error: 'must be 2 or more' }).optional(),
      correction: z.int().nonnegative({ error: 'must be 0 or more' }).default(0),
    })
    .default({ correction: 0 }),
  stopAfterSeconds: positive.optional(),
  staleAfterSeconds: positive.optional(),
  thresholds: z
    .strictObject({
      behindPercent: percent.optional(),
      criticalPercent: percent.optional(),
      aheadPercent: percent.optional(),
    })
    .default({}),
});

const sourceSchema = z.strictObject({
  topic: z.string().refine(isSourceTopic, {
    error: 'must be an MQTT topic with {line} once, as a whole level, and without + or #',
  }),
});

export const plantSchema = z.strictObject({
  plant: z.strictObject({ name, timeZone: z.string() }),
  shifts: z.array(shiftSchema).default([]),
  products: z.array(productSchema).default([]),
  lines: z.array(lineSchema).default([]),
  sources: z.array(sourceSchema).default([]),
});

export type PlantFile = z.infer<typeof plantSchema>;

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
