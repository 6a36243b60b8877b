import { EMPTY_PLAN } from '@lineside/domain/plan.ts';
import { describe, expect, test } from 'vitest';
import { PlanRequests } from '../../client/src/plan/plan-requests.ts';

const REQUEST = { base: 1, from: 'now', who: 'Ann', why: 'more wanted', plan: EMPTY_PLAN };

const answered = (status: number, body: string): PlanRequests =>
  new PlanRequests(() => Promise.resolve(new Response(body, { status })));
const told = (status: number, code: string, more: object = {}): PlanRequests =>
  answered(status, JSON.stringify({ error: { code, message: 'look at it' }, ...more }));

describe('a plan that is refused', () => {
  test('tells what is wrong in it', async () => {
    const problems = [{ path: ['lines', 0, 'name'], message: 'must not be empty' }];
    const requests = told(422, 'invalidPlan', { problems });
    expect(await requests.save(REQUEST)).toEqual({ name: 'invalid', problems });
    expect(await requests.import('')).toEqual({ name: 'invalid', problems });
  });

  test('tells its sentence where no entry is wrong', async () => {
    const requests = told(422, 'invalidPlan', { problems: [] });
    await expect(requests.save(REQUEST)).rejects.toThrow('look at it');
    await expect(requests.import('')).rejects.toThrow('look at it');
  });

  test('tells what others changed meanwhile', async () => {
    const meanwhile = { version: 2, versions: [], plan: EMPTY_PLAN };
    expect(await told(409, 'planChanged', meanwhile).save(REQUEST)).toMatchObject({
      ...{ name: 'changed', ...meanwhile },
    });
  });

  test('by something that is not the server: says what to do', async () => {
    await expect(answered(409, '<h1>Conflict</h1>').save(REQUEST)).rejects.toThrow('try again');
    await expect(answered(422, '<h1>No</h1>').save(REQUEST)).rejects.toThrow('try again');
  });
});
