/** `/api/plan`: the plan that people edit, its versions, and its way in and out as a plant file. */

import type { PlanVersion } from '@lineside/domain/plan.ts';
import type { PlanConflict, PlanVersionEntry } from '@lineside/domain/plan-wire.ts';
import type { Problem } from '@lineside/domain/problem.ts';
import { Router } from 'express';
import { z } from 'zod';
import { plantFileText, type PlacedProblem } from '../config/plant-file.ts';
import { problemsIn } from '../config/problem-path.ts';
import type { Answer, HandedIn, PlanDesk } from '../plan/plan-desk.ts';
import { iso } from './answers.ts';
import { badRequest, HttpError } from './errors.ts';
import { jsonBody, yamlBody } from './mutations.ts';
import { count, parseInstant } from './query.ts';

const MOST_VERSIONS = 10_000;
/** Of what is wrong, in one sentence. */
const MOST_NAMED = 8;
const WAYS_TO_SAY_FROM = '"now", or an instant such as 2026-11-23T09:30:00Z';

export interface PlanParts {
  readonly planDesk: PlanDesk;
}

export function planRouter({ planDesk }: PlanParts): Router {
  const router = Router();

  router.get('/plan', (_request, response) => {
    response.json(planDesk.read());
  });

  router.get('/plan/versions', (request, response) => {
    const versions = planDesk.versions(count(request, 'limit', 50, MOST_VERSIONS));
    response.json(versions.map(versionEntry));
  });

  router.post('/plan', ...jsonBody, async (request, response) => {
    const answer = await planDesk.save(handedIn(request.body));
    if (answer.name === 'invalid') throw invalid(answer.problems);
    if (answer.name === 'changed') throw changed(answer);
    response.json({ version: answer.version, changes: answer.changes });
  });

  router.get('/plan/export', (_request, response) => {
    response.type('application/yaml').attachment('plant.yaml');
    response.send(plantFileText(planDesk.read().plan));
  });

  router.post('/plan/import', ...yamlBody, (request, response) => {
    const text: unknown = request.body;
    const read = planDesk.readFile(typeof text === 'string' ? text : '');
    if (!read.ok) throw unreadable(read.problems);
    response.json({ plan: read.written, changes: planDesk.changesTo(read.written) });
  });

  return router;
}

/** Each message is the end of a sentence that begins with the field's name. */
const missingOr = (wrong: string) => (issue: { readonly input: unknown }) =>
  issue.input === undefined ? `is missing, and ${wrong}` : wrong;

const words = z.string({ error: missingOr('must be text') });
const editSchema = z.object({
  base: z.int({ error: missingOr('must be the version that GET /api/plan answered') }),
  from: z
    .string({ error: missingOr(`must be ${WAYS_TO_SAY_FROM}`) })
    .refine((text) => text === 'now' || parseInstant(text) !== null, {
      error: `must be ${WAYS_TO_SAY_FROM}`,
    }),
  who: z.string({ error: missingOr('must say who changes the plan') }),
  why: z.string({ error: missingOr('must say why') }),
  plan: z.record(z.string(), z.unknown(), {
    error: missingOr('must be the whole plan, as GET /api/plan answers it'),
  }),
  trial: z.boolean({ error: 'must be true or false' }).default(false),
});
/** A trial is nobody's change. */
const trialSchema = editSchema.extend({ who: words.default(''), why: words.default('') });

function handedIn(body: unknown): HandedIn {
  const fields = fieldsOf(body);
  const schema = fields.trial === true ? trialSchema : editSchema;
  const parsed = schema.safeParse(fields);
  if (!parsed.success) throw invalid(problemsIn(parsed.error));
  const { from, ...rest } = parsed.data;
  return { ...rest, from: from === 'now' ? null : parseInstant(from) };
}

function fieldsOf(body: unknown): { readonly trial?: unknown } {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw badRequest('the body must be a JSON object with base, from, who, why and plan');
}

function invalid(problems: readonly Problem[]): HttpError {
  const named = problems.map(({ path, message }) => {
    return `${path.length > 0 ? path.join('.') : 'the plan'}: ${message}`;
  });
  return refused(`nothing is saved: ${several(named)}`, problems);
}

function unreadable(problems: readonly PlacedProblem[]): HttpError {
  const told = problems.map(({ path, line, message }) => {
    return { path, message: `line ${line}: ${message}` };
  });
  const named = told.map(({ message }) => message);
  return refused(`the file is not taken, correct it: ${several(named)}`, told);
}

function refused(message: string, problems: readonly Problem[]): HttpError {
  return new HttpError(422, 'invalidPlan', message, { problems });
}

function several(mistakes: readonly string[]): string {
  const more = mistakes.length > MOST_NAMED ? [`and ${mistakes.length - MOST_NAMED} more`] : [];
  return [...mistakes.slice(0, MOST_NAMED), ...more].join('; ');
}

/** Says who changed what meanwhile. */
function changed(answer: Extract<Answer, { name: 'changed' }>): HttpError {
  const { version, versions, plan } = answer;
  const news = versions.map(({ who, why, changes }) => {
    const what = changes.map(({ part, key }) => (key === '' ? part : `${part} ${key}`)).join(', ');
    return `${who} changed ${what} (${why})`;
  });
  const meanwhile =
    news.length > 0 ? `meanwhile ${news.join('; ')}` : `the plan is at version ${version}`;
  const message = `nothing is saved: ${meanwhile}; look at it and save again`;
  const details: Omit<PlanConflict, 'error'> = {
    ...{ version, versions: versions.map(versionEntry), plan },
  };
  return new HttpError(409, 'planChanged', message, details);
}

function versionEntry(version: PlanVersion): PlanVersionEntry {
  return { ...version, recordedAt: iso(version.recordedAt), from: iso(version.from) };
}
