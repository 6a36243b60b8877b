/** `/api/plan`: the plan that people edit, its versions, and its way in and out as a plant file. */

import type { PlanVersion } from '@lineside/domain/plan.ts';
import type { PlanConflict, PlanVersionEntry } from '@lineside/domain/plan-wire.ts';
import type { Problem } from '@lineside/domain/problem.ts';
import { Router } from 'express';
import { z } from 'zod';
import { plantFileText } from '../config/plant-file.ts';
import type { Answer, HandedIn, PlanDesk } from '../plan/plan-desk.ts';
import { iso } from './answers.ts';
import { badRequest, HttpError } from './errors.ts';
import { jsonBody, yamlBody } from './mutations.ts';
import { count, parseInstant } from './query.ts';

const MOST_VERSIONS = 10_000;

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
    if (!read.ok)
      throw invalid(read.problems.map(({ path, spoken }) => ({ path, message: spoken })));
    response.json({ plan: read.written, changes: planDesk.changesTo(read.written) });
  });

  return router;
}

const bodySchema = z.object({
  base: z.int({ error: 'base must be the version that GET /api/plan told' }),
  from: z.string({ error: 'from must be "now" or an instant such as 2026-11-23T09:30:00Z' }),
  who: z.string({ error: 'who must be text' }).default(''),
  why: z.string({ error: 'why must be text' }).default(''),
  plan: z.unknown(),
  trial: z.boolean({ error: 'trial must be true or false' }).default(false),
});

function handedIn(body: unknown): HandedIn {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw badRequest(parsed.error.issues.map((each) => each.message).join('; '));
  const { from, ...rest } = parsed.data;
  if (from === 'now') return { ...rest, from: null };
  const at = parseInstant(from);
  if (at !== null) return { ...rest, from: at };
  const message = 'must be now, or an instant such as 2026-11-23T09:30:00Z';
  throw invalid([{ path: ['from'], message }]);
}

function invalid(problems: readonly Problem[]): HttpError {
  const [first, ...others] = problems;
  const where = first && first.path.length > 0 ? first.path.join('.') : 'the plan';
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  const message = `nothing is saved; correct ${where}: ${first?.message ?? ''}${more}`;
  return new HttpError(422, 'invalidPlan', message, { problems });
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
