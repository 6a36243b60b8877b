// What people and programs hear when what they hand in as a plan is not of the right shape.
import type { PlanInvalid } from '@lineside/domain/plan-wire.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type StartedApp } from '../support/app.ts';

let app: StartedApp;

beforeAll(async () => {
  app = await startApp();
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

async function post(path: string, type: string, body: string) {
  const headers = { 'Content-Type': type };
  const response = await fetch(app.http + path, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as PlanInvalid };
}

const postPlan = (body: unknown) => post('/api/plan', 'application/json', JSON.stringify(body));

describe('POST /api/plan', () => {
  test('names every field that is missing, and what belongs there', async () => {
    const { status, body } = await postPlan({});
    expect(status).toBe(422);
    const fields = ['base', 'from', 'who', 'why', 'plan'];
    expect(body.problems.map(({ path }) => path)).toEqual(fields.map((field) => [field]));
    for (const { message } of body.problems) expect(message).toMatch(/^is missing, and must /);
    for (const field of fields) expect(body.error.message).toContain(`${field}: is missing`);
  });

  test('names every field that is of the wrong kind', async () => {
    const wrong = { base: '1', from: 'tomorrow', who: 7, why: null, trial: 'yes', plan: {} };
    const { status, body } = await postPlan(wrong);
    expect(status).toBe(422);
    const named = body.problems.map(({ path, message }) => `${path.join('.')} ${message}`);
    expect(named).toEqual([
      'base must be the version that GET /api/plan answered',
      'from must be "now", or an instant such as 2026-11-23T09:30:00Z',
      'who must say who changes the plan',
      'why must say why',
      'trial must be true or false',
    ]);
  });

  test('a trial needs nobody’s name', async () => {
    const { status, body } = await postPlan({ trial: true });
    expect(status).toBe(422);
    expect(body.problems.map(({ path }) => path[0])).toEqual(['base', 'from', 'plan']);
  });

  test.each([[null], [[]], ['plan'], [7]])('%j is told what a body looks like', async (sent) => {
    expect(await postPlan(sent)).toMatchObject({
      status: 400,
      body: {
        error: { message: expect.stringContaining('base, from, who, why and plan') as string },
      },
    });
  });
});

describe('POST /api/plan/import', () => {
  const postFile = (text: string) => post('/api/plan/import', 'application/yaml', text);
  const PLANT = 'plant: { name: Nord, timeZone: UTC }\n';

  test.each([
    ['an indentation', 'plant:\n  name: Nord\n timeZone: UTC\n', 'line 3: the indentation'],
    ['a tab', 'plant:\n\tname: Nord\n\ttimeZone: UTC\n', 'line 2: a tab is no indentation'],
    ['a bracket left open', 'plant: { name: Nord, timeZone: UTC\nlines: []\n', 'line 2: '],
    [
      'a quote left open',
      'plant: { name: "Nord, timeZone: UTC }\n',
      'line 2: a quote or a bracket',
    ],
    ['a second colon', 'plant:\n  name: Werk: Nord\n', 'line 2: a second ": "'],
    ['a setting twice', `${PLANT}${PLANT}`, 'line 2: this setting is there already'],
    ['a table', 'name;start;end\nEarly;06:00;14:00\n', 'line 1: this is no plant file'],
    ['aliases of nothing', `${PLANT}lines: *all\n`, 'write out what & and * stand for'],
    [
      'a time',
      `${PLANT}shifts:\n  - { name: A, start: "6", end: "7" }\n`,
      'line 3: shifts[1].start ',
    ],
    ['an unknown setting', `${PLANT}colour: red\n`, 'line 2: colour is not a setting'],
  ])('%s: said once, with its line and what to do', async (_what, text, said) => {
    const { status, body } = await postFile(text);
    expect(status).toBe(422);
    const [first] = body.problems;
    expect(first?.message).toContain(said);
    expect(body.error.message).toContain(`correct it: ${first?.message ?? ''}`);
    for (const { message } of body.problems) expect(message.match(/line \d/g)).toHaveLength(1);
  });

  test('mistakes are told from the top of the file down, whatever their kind', async () => {
    const { body } = await postFile(
      `${PLANT}lines:\n  - { id: saw, product: gone }\ncolour: red\nshifts:\n  - { name: A, start: 6, end: x }\n`,
    );
    const lines = body.problems.map(({ message }) => Number(/^line (\d+)/.exec(message)?.[1]));
    expect(new Set(lines)).toEqual(new Set([3, 4, 6]));
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });
});
