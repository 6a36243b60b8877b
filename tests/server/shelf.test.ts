import { describe, expect, test } from 'vitest';
import { Shelf } from '../../server/src/live/shelf.ts';
import { HOUR, MORNING } from '../support/builders.ts';

const WINDOW = { zeroAt: MORNING, until: MORNING + 8 * HOUR };

class Loads {
  count = 0;
  readonly shelf = new Shelf();

  view(line = 'press-1', window = WINDOW): Promise<string> {
    return this.shelf.view(line, window, () => Promise.resolve(`view ${++this.count}`));
  }
}

describe('views of past shifts', () => {
  test('are made once, by line and window', async () => {
    const loads = new Loads();
    expect(await loads.view()).toBe('view 1');
    expect(await loads.view()).toBe('view 1');
    expect(await loads.view('press-2')).toBe('view 2');
    expect(await loads.view('press-1', { ...WINDOW, until: MORNING })).toBe('view 3');
  });

  test.each([
    ['in the shift', 'press-1', MORNING + HOUR, 2],
    ['before it', 'press-1', MORNING - 20 * HOUR, 2],
    ['after it', 'press-1', MORNING + 8 * HOUR + 1, 1],
    ['of another line', 'press-2', MORNING + HOUR, 1],
  ])('C3: a late reading %s', async (_what, line, at, made) => {
    const loads = new Loads();
    await loads.view();
    loads.shelf.add({ line, at });
    expect(await loads.view()).toBe(`view ${made}`);
  });

  test('a reading that comes while a view is made spoils it for the next who asks', async () => {
    const loads = new Loads();
    const first = loads.view();
    loads.shelf.add({ line: 'press-1', at: MORNING });
    expect(await first).toBe('view 1');
    expect(await loads.view()).toBe('view 2');
  });

  test('a failure is told, and not kept', async () => {
    const { shelf } = new Loads();
    await expect(shelf.view('a', WINDOW, () => Promise.reject(new Error('gone')))).rejects.toThrow(
      'gone',
    );
    expect(await shelf.view('a', WINDOW, () => Promise.resolve('there'))).toBe('there');
  });

  test('the ones not asked for longest go first when there are too many', async () => {
    const shelf = new Shelf();
    let made = 0;
    const large = (line: string) =>
      shelf.view(line, WINDOW, () => Promise.resolve(`${++made}`.padEnd(30_000_000)));
    for (const line of ['a', 'b', 'a', 'c']) await large(line);
    await large('a');
    expect(made).toBe(3);
    await large('b');
    expect(made).toBe(4);
  });
});
