import { afterEach, expect, test, vi } from 'vitest';
import { get, getPast, post, postToRead, type Fetch } from '../../client/src/http.ts';

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

const LOOK = expect.stringContaining('look whether it is there before you save') as string;

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
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
  await postToRead(fetch, '/api/plan/import', 'lines: []', 'application/yaml');
  expect(sent).toEqual(['{"base":1}', 'application/json', 'lines: []', 'application/yaml']);
});

test('a refusal brings its status, its sentence, its problems and all that it says', async () => {
  const problems = [{ path: ['who'], message: 'must not be empty' }];
  const body = { error: { code: 'invalidPlan', message: 'correct who' }, problems, version: 3 };
  expect(await post(answering(JSON.stringify(body), 422), '/api/plan', {})).toEqual({
    ...{ ok: false, status: 422, code: 'invalidPlan', message: 'correct who', problems, body },
    mayBeWritten: false,
  });
  await expect(get(answering(JSON.stringify(body), 422), '/api/plan')).rejects.toThrow(
    'correct who',
  );
});

test.each([
  ['a proxy that answers in the place of the server', answering('<h1>Bad gateway</h1>', 502)],
  ['a page where an answer should be', answering('<h1>Welcome</h1>', 200)],
  ['no network', () => Promise.reject(new TypeError('no network'))],
  [
    'a server that broke down',
    answering('{"error":{"code":"internal","message":"the server failed"}}', 500),
  ],
])('%s: nobody knows whether it was written, and that is said', async (_name, fetch) => {
  expect(await post(fetch, '/api/plan', {})).toMatchObject({
    ...{ ok: false, mayBeWritten: true, message: LOOK, problems: [] },
  });
  const read = await postToRead(fetch, '/api/plan/import', '', 'application/yaml');
  expect(read).toMatchObject({ ok: false, mayBeWritten: false });
  expect(read).not.toMatchObject({ message: LOOK });
  await expect(get(fetch, '/api/plan')).rejects.toThrow(/try again|the server failed/);
});

test.each([
  [
    'a server that cannot ask its history',
    answering('{"error":{"code":"historyAway","message":"start InfluxDB"}}', 503),
    'start InfluxDB',
  ],
  ['a proxy that refuses', answering('<h1>Too large</h1>', 413), 'try again'],
])('%s: nothing was written', async (_name, fetch, words) => {
  expect(await post(fetch, '/api/plan', {})).toMatchObject({
    ...{ ok: false, mayBeWritten: false, message: expect.stringContaining(words) as string },
  });
});

test('nothing leaves a browser that is offline, and nothing was written', async () => {
  vi.stubGlobal('navigator', { onLine: false });
  const noNetwork: Fetch = () => Promise.reject(new TypeError('no network'));
  expect(await post(noNetwork, '/api/plan', {})).toMatchObject({
    ...{ mayBeWritten: false, message: expect.stringContaining('no network') as string },
  });
});

test('a browser that goes offline while it waits does not know what was written', async () => {
  const lost: Fetch = () => {
    vi.stubGlobal('navigator', { onLine: false });
    return Promise.reject(new TypeError('connection lost'));
  };
  expect(await post(lost, '/api/plan', {})).toMatchObject({ mayBeWritten: true, message: LOOK });
});

test('whoever waits for an answer is told when none comes, and what was written is to be looked at', async () => {
  vi.useFakeTimers();
  const read = expect(get(silent, '/api/plan')).rejects.toThrow('try again in a moment');
  const written = post(silent, '/api/plan', {});
  await vi.advanceTimersByTimeAsync(60_000);
  await read;
  expect(await written).toMatchObject({ status: null, mayBeWritten: true, message: LOOK });
  expect(vi.getTimerCount()).toBe(0);
});

test('the past of a whole floor is waited for twice as long', async () => {
  vi.useFakeTimers();
  let isOver = false;
  const past = getPast(silent, '/api/views').finally(() => {
    isOver = true;
  });
  const told = expect(past).rejects.toThrow('within two minutes; try again');
  await vi.advanceTimersByTimeAsync(119_999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await told;
});

test('whoever gives up hears nothing more of it', async () => {
  const abort = new AbortController();
  const asked = get(silent, '/api/views', abort.signal);
  abort.abort();
  await expect(asked).rejects.toThrow('ended');
});
