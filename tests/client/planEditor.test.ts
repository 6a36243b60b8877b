import type { PlanAnswer } from '@lineside/domain/plan-wire.ts';
import { expect, test } from 'vitest';
import { PlanEditor } from '../../client/src/plan/editor.svelte.ts';
import { PlanRequests } from '../../client/src/plan/plan-requests.ts';
import { aWrittenPlan } from './writtenPlans.ts';

const PLAN = aWrittenPlan();

/** An editor that was opened on a plan, as the page does. */
async function opened(today: string): Promise<PlanEditor> {
  const answer: PlanAnswer = { version: 1, plan: PLAN, now: PLAN, fileChanges: null };
  const requests = new PlanRequests(() => Promise.resolve(Response.json(answer)));
  const editor = new PlanEditor(requests, 'UTC', () => today);
  await editor.load();
  return editor;
}

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
