/** Checks a plan as people write it, be it from a plant file or from a browser: one place for both. */

import { PLAN_LISTS, type WrittenPlan } from '@lineside/domain/plan.ts';
import type { Path, Problem } from '@lineside/domain/problem.ts';
import type { z } from 'zod';
import { problemsOf } from './plant-rules.ts';
import { complaint, planSchema } from './plant-schema.ts';
import { problemPath } from './problem-path.ts';
import { salvaged } from './salvage.ts';
import { DECLARED_WEEKDAYS } from './wall-time.ts';

export type WrittenPlanResult =
  | { readonly ok: true; readonly written: WrittenPlan }
  | {
      readonly ok: false;
      /** Settings that say nothing legible; each message is the end of a sentence about its setting. */
      readonly illegible: readonly Problem[];
      /** Settings that do not fit each other; each message is a sentence. */
      readonly unfit: readonly Problem[];
    };

/**
 * The plan in its usual words, or every mistake in it at once.
 *
 * @param now epoch ms; what is over by then is not held to what the plan has become
 */
export function checkPlan(raw: unknown, now: number): WrittenPlanResult {
  const parsed = planSchema.safeParse(raw, { error: complaint });
  const issues = parsed.success ? [] : parsed.error.issues;
  const illegible = issues.flatMap((issue) =>
    placesOf(issue).map((path) => ({ path, message: issue.message })),
  );
  // What can be read is checked all the same, so that one answer tells of every mistake.
  const legible = parsed.success ? parsed : planSchema.safeParse(salvaged(raw, issues));
  const unfit = legible.success ? problemsOf(legible.data, now) : [];
  return parsed.success && unfit.length === 0
    ? { ok: true, written: inUsualWords(parsed.data) }
    : { ok: false, illegible, unfit };
}

/** Where a complaint belongs: an unknown setting at its own name. */
function placesOf(issue: z.core.$ZodIssue): Path[] {
  const path = problemPath(issue.path);
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** The same plan without what says nothing, so that what is meant alike is written alike. */
function inUsualWords(plan: WrittenPlan): WrittenPlan {
  const lists = PLAN_LISTS.map((list) => [list, plan[list].map((entry) => telling(entry))]);
  return { plant: plan.plant, ...(Object.fromEntries(lists) as Omit<WrittenPlan, 'plant'>) };
}

function telling(entry: object): object {
  const settings = Object.entries(entry).map(([name, value]: [string, unknown]) =>
    name === 'days' ? [name, daysInOrder(value as readonly string[])] : [name, value],
  );
  return Object.fromEntries(settings.filter(([, value]) => !saysNothing(value))) as object;
}

/** Every day is what is meant without any. */
function daysInOrder(days: readonly string[]): readonly string[] {
  const named = DECLARED_WEEKDAYS.filter((day) => days.includes(day));
  return named.length === DECLARED_WEEKDAYS.length ? [] : named;
}

function saysNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === '' || value === undefined;
}
