import { afterEach, expect, test, vi } from 'vitest';
import { get, post, type Fetch } from '../../client/src/http.ts';

const answering =
  (body: string, status: number): Fetch =>
  () =>
    Promise.resolve(new Response(body, { status }));

/** A server that never answers: only whoever asks can end it. */
const silent: Fetch = (_path, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => {
      reject(new DOMException('ended', 'AbortError'));
    });
  });

afterEach(() => {
  vi.useRealTimers();
});

test('an answer is what it says', async () => {
  expect(await get(answering('[1]', 200), '/api/shifts')).toEqual([1]);
  expect(await post(answering('{"id":1}', 201), '/api/plan', {})).toEqual({
    ...{ ok: true, answer: { id: 1 } },
  });
});

test('text is sent as it is, everything else as JSON', async () => {
  const sent: unknown[] = [];
  const fetch: Fetch = (_path, init) => {
    sent.push(init?.body, new Headers(init?.headers).get('Content-Type'));
    return Promise.resolve(new Response('{}'));
  };
  await post(fetch, '/api/plan', { base: 1 });
  await post(fetch, '/api/plan/import', 'lines: []', 'application/yaml');
  expect(sent).toEqual(['{"base":1}', 'application/json', 'lines: []', 'application/yaml']);
});

test('a refusal brings its status, its sentence, its problems and all that it says', async () => {
  const problems = [{ path: ['who'], message: 'must not be empty' }];
  const body = { error: { code: 'invalidPlan', message: 'correct who' }, problems, version: 3 };
  expect(await post(answering(JSON.stringify(body), 422), '/api/plan', {})).toEqual({
    ...{ ok: false, status: 422, message: 'correct who', problems, body },
  });
  await expect(get(answering(JSON.stringify(body), 422), '/api/plan')).rejects.toThrow(
    'correct who',
  );
});

test.each([
  ['a proxy that answers in the place of the server', answering('<h1>Bad gateway</h1>', 502)],
  ['a page where an answer should be', answering('<h1>Welcome</h1>', 200)],
  ['no network', () => Promise.reject(new TypeError('no network'))],
])('%s: says what to do', async (_name, fetch) => {
  expect(await post(fetch, '/api/plan', {})).toMatchObject({
    ...{ ok: false, message: expect.stringContaining('try again') as string, problems: [] },
  });
  await expect(get(fetch, '/api/plan')).rejects.toThrow('try again');
});

test('whoever waits for an answer is told when none comes, and what was written is to be looked at', async () => {
  vi.useFakeTimers();
  const read = expect(get(silent, '/api/plan')).rejects.toThrow('try again in a moment');
  const written = post(silent, '/api/plan', {});
  await vi.advanceTimersByTimeAsync(60_000);
  await read;
  expect(await written).toMatchObject({
    message: expect.stringContaining('look whether it was written') as string,
  });
  expect(vi.getTimerCount()).toBe(0);
});

test('whoever gives up hears nothing more of it', async () => {
  const abort = new AbortController();
  const asked = get(silent, '/api/views', abort.signal);
  abort.abort();
  await expect(asked).rejects.toThrow('ended');
});
