import type { PlanAnswer } from '@lineside/domain/plan-wire.ts';
import type { WrittenPlan } from '@lineside/domain/plan.ts';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PlanEditor } from '../../client/src/plan/editor.svelte.ts';
import { PlanRequests } from '../../client/src/plan/plan-requests.ts';
import { aWrittenPlan } from './writtenPlans.ts';

const PLAN = aWrittenPlan();

/** An editor that was opened on a plan, as the page does. */
async function opened(today: string, plan: WrittenPlan = PLAN): Promise<PlanEditor> {
  const answer: PlanAnswer = { version: 1, plan, now: plan, fileChanges: null };
  const requests = new PlanRequests(() => Promise.resolve(Response.json(answer)));
  const editor = new PlanEditor(requests, 'UTC', () => today);
  await editor.load();
  return editor;
}

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  return () => vi.unstubAllGlobals();
});

test('a removed line takes with it what it was to make from today on, and brings it back', async () => {
  const editor = await opened('2026-12-01');
  editor.remove('lines', 0);
  expect(editor.plan.demand.map(({ line }) => line)).toEqual(['weld-1']);
  expect(editor.problems).toEqual([]);
  editor.restore();
  expect(editor.changes).toEqual([]);
});

test('what a removed line once made stays', async () => {
  const editor = await opened('2026-12-02');
  editor.remove('lines', 0);
  expect(editor.plan.demand).toEqual(PLAN.demand);
  expect(editor.problems).toEqual([]);
});

test('a plan that was saved and then cannot be read is told as saved', async () => {
  let reads = 0;
  const requests = new PlanRequests((_path, init) => {
    if (init?.method === 'POST') return Promise.resolve(Response.json({ version: 2, changes: [] }));
    reads += 1;
    if (reads > 1) return Promise.reject(new TypeError('no network'));
    return Promise.resolve(
      Response.json({ version: 1, plan: PLAN, now: PLAN, fileChanges: null } satisfies PlanAnswer),
    );
  });
  const editor = new PlanEditor(requests, 'UTC', () => '2026-12-01');
  await editor.load();
  editor.draft.plant.name = 'Renamed plant';
  await expect(editor.save({ who: 'Ann', why: 'new name', from: 'now' })).rejects.toThrow(
    'Saved as version 2',
  );
});

describe('what an earlier visit left', () => {
  const TODAY = '2026-12-01';

  async function left(): Promise<void> {
    const earlier = await opened(TODAY);
    earlier.draft.plant.name = 'Renamed plant';
    earlier.keep(0);
  }

  test('stays on offer while something else is written, until it is taken or declined', async () => {
    await left();
    const editor = await opened(TODAY);
    editor.draft.plant.name = 'Other';
    editor.keep(1);
    expect((await opened(TODAY)).offered).toMatchObject({ at: 0 });
    editor.decline();
    editor.keep(2);
    expect((await opened(TODAY)).offered).toMatchObject({ at: 2 });
  });

  test('goes on top of the plan as it is by now, though that has the same number', async () => {
    await left();
    const restored = { ...PLAN, lines: PLAN.lines.slice(1), demand: [] };
    const editor = await opened(TODAY, restored);
    editor.resume();
    expect(editor.changes).toMatchObject([{ part: 'plant', after: { name: 'Renamed plant' } }]);
    expect(editor.plan.lines).toEqual(restored.lines);
    expect(editor.isTouched).toBe(true);
  });
});
