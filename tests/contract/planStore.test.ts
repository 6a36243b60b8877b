/** What every store of the plan's versions must do. */

import { join } from 'node:path';
import { EMPTY_PLAN, type PlanChange } from '@lineside/domain/plan.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { RecordedPlan } from '../../server/src/plan/recorded-plan.ts';
import type { PlanDraft, PlanStore } from '../../server/src/ports.ts';
import { openRecords } from '../../server/src/records/database.ts';
import { MORNING } from '../support/builders.ts';
import { aFolder } from '../support/product.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function opened(file: string): Promise<PlanStore> {
  const records = await openRecords(file);
  closers.push(() => records.destroy());
  return new RecordedPlan(() => records);
}

async function aFile(): Promise<string> {
  const folder = await aFolder();
  closers.push(async () => {
    await folder[Symbol.asyncDispose]();
  });
  return join(folder.path, 'records.db');
}

const CHANGE: PlanChange = {
  part: 'lines',
  key: 'press-1',
  before: null,
  after: { id: 'press-1', name: `"Größe" 'n' \n <b>`, target: { perHour: 0.1 } },
};

const aDraft = (fields: Partial<PlanDraft> = {}): PlanDraft => ({
  recordedAt: MORNING,
  from: MORNING,
  who: 'Anna',
  why: 'because; DROP TABLE plan_versions',
  changes: [CHANGE],
  ...fields,
});

const STORES = [
  ['SQLite on disk', async () => opened(await aFile())],
  ['SQLite in memory', () => opened(':memory:')],
] as const;

describe.each(STORES)('%s', (_name, make) => {
  test('begins with nothing', async () => {
    const store = await make();
    expect(await store.versions()).toEqual([]);
    expect(await store.fileTaken()).toBeNull();
  });

  test('gives versions back as they were, in the order in which they were recorded', async () => {
    const store = await make();
    const drafts = [
      aDraft({ from: MORNING }),
      aDraft({ from: 0, changes: [] }),
      aDraft({ from: 7 }),
    ];
    const appended = await store.append(0, drafts);
    expect(appended).toEqual(drafts.map((draft, index) => ({ id: index + 1, ...draft })));
    expect(await store.append(3, [])).toEqual([]);
    await store.append(3, [aDraft({ from: 1 })]);
    const versions = await store.versions();
    expect(versions.map(({ id, from }) => [id, from])).toEqual([
      [1, MORNING],
      [2, 0],
      [3, 7],
      [4, 1],
    ]);
    expect(versions[0]?.changes).toEqual([CHANGE]);
  });

  test('keeps nothing of an edit whose base is not the last version', async () => {
    const store = await make();
    await store.append(0, [aDraft()]);
    expect(await store.append(0, [aDraft({ who: 'Ben' })])).toBeNull();
    expect(await store.append(2, [aDraft({ who: 'Ben' })])).toBeNull();
    expect((await store.versions()).map(({ who }) => who)).toEqual(['Anna']);
  });

  test('of many edits on one base at once exactly one is kept', async () => {
    const store = await make();
    const edits = Array.from({ length: 20 }, (_, n) => store.append(0, [aDraft({ who: `${n}` })]));
    const kept = (await Promise.all(edits)).filter((versions) => versions !== null);
    expect(kept).toHaveLength(1);
    expect(await store.versions()).toEqual(kept[0]);
  });

  test('remembers what the plant file said last', async () => {
    const store = await make();
    const plan = { ...EMPTY_PLAN, lines: [{ id: 'a' }] };
    await store.takeFile({ recordedAt: 1, version: 1, plan: EMPTY_PLAN });
    await store.takeFile({ recordedAt: 2, version: 9, plan });
    expect(await store.fileTaken()).toEqual({ recordedAt: 2, version: 9, plan });
  });
});

test('on disk it is there again after it was closed', async () => {
  const file = await aFile();
  const records = await openRecords(file);
  await new RecordedPlan(() => records).append(0, [aDraft()]);
  await records.destroy();
  const again = await opened(file);
  expect(await again.versions()).toEqual([{ id: 1, ...aDraft() }]);
});
