import { describe, expect, test } from 'vitest';
import { wallFit, type WallAsk } from '../../client/src/wall/fit.ts';
import { fitting, nameSetting } from '../../client/src/wall/headline.ts';
import { pixelShift, rotateSeconds, wallPages } from '../../client/src/wall/pages.ts';

const HEADER_AND_FOOTER = 0.12;

function ask(fields: Partial<WallAsk> = {}): WallAsk {
  const screen = fields.screen ?? { width: 1920, height: 1080 };
  const room = { width: screen.width * 0.98, height: screen.height * (1 - HEADER_AND_FOOTER) };
  return { ...room, notice: 0, screen, distance: 10, inches: 55, lines: 12, ...fields };
}

describe('how large', () => {
  test('figures are 67 times metres by inches of the height, so five rows fit at 10 m on 55 inches', () => {
    const fit = wallFit(ask());
    expect(fit).toMatchObject({ rows: 5, shape: 'wide' });
    expect(fit.figure).toBeGreaterThanOrEqual(((67 * 10) / 55 / 100) * 1080);
  });

  test('720p, 1080p and 4K show the same picture', () => {
    const rows = [
      { width: 1280, height: 720 },
      { width: 1920, height: 1080 },
      { width: 3840, height: 2160 },
    ].map((screen) => wallFit(ask({ screen })).rows);
    expect(new Set(rows).size).toBe(1);
  });

  test('one line more than preferred still fits on one page at 53 times', () => {
    const preferred = wallFit(ask({ lines: 5 }));
    const six = wallFit(ask({ lines: 6 }));
    expect(six.rows).toBe(6);
    expect(six.figure).toBeLessThan(preferred.figure);
    expect(six.figure).toBeGreaterThanOrEqual(((53 * 10) / 55 / 100) * 1080);
  });

  test('fewer lines are set larger, and never wider than the screen', () => {
    const one = wallFit(ask({ lines: 1 }));
    expect(one.figure).toBeGreaterThan(wallFit(ask({ lines: 5 })).figure);
    expect(one.figure * 7).toBeLessThanOrEqual(1920);
  });

  test('a screen on its end sets figures above the rest', () => {
    const fit = wallFit(ask({ screen: { width: 1080, height: 1920 } }));
    expect(fit.shape).toBe('tall');
    expect(fit.figure).toBeGreaterThanOrEqual(((53 * 10) / 55 / 100) * 1080);
  });

  test.each([1, 2, 3, 5, 6, 8, 13, 40])(
    'a notice above %d lines costs size, never a row',
    (lines) => {
      for (const distance of [1, 3, 6, 10, 25]) {
        for (const screen of [
          { width: 1920, height: 1080 },
          { width: 1080, height: 1920 },
        ]) {
          const usual = ask({ lines, distance, screen });
          const notice = screen.height * 0.13;
          const height = usual.height - notice;
          const { figure, rows, shape } = wallFit({ ...usual, height, notice });
          expect({ rows, shape }).toEqual({
            rows: wallFit(usual).rows,
            shape: wallFit(usual).shape,
          });
          expect(figure * rows * (shape === 'wide' ? 1.35 : 2.5)).toBeLessThanOrEqual(
            height + 0.001,
          );
        }
      }
    },
  );

  test.each([1, 2, 3, 5, 8, 13, 40])('rows of %d lines fit the height there is', (lines) => {
    for (const distance of [1, 3, 6, 10, 25]) {
      const room = ask({ lines, distance });
      const { figure, rows, shape } = wallFit(room);
      const height = figure * rows * (shape === 'wide' ? 1.35 : 2.5);
      expect(height).toBeLessThanOrEqual(room.height + 0.001);
      expect(rows).toBeLessThanOrEqual(lines);
    }
  });
});

describe('which lines', () => {
  const none = (): boolean => false;

  test('all of them while they fit, in the order of the plant', () => {
    expect(wallPages(['a', 'b', 'c'], 3, 7, none)).toEqual({
      shown: ['a', 'b', 'c'],
      page: 0,
      pages: 1,
    });
  });

  test('every line has its turn', () => {
    const turns = [0, 1, 2].map(
      (turn) => wallPages(['a', 'b', 'c', 'd', 'e'], 2, turn, none).shown,
    );
    expect(turns).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(wallPages(['a', 'b', 'c', 'd', 'e'], 2, 3, none).shown).toEqual(['a', 'b']);
  });

  test('urgent lines stay on top while the others turn', () => {
    const urgent = (line: string): boolean => line === 'd';
    const turns = [0, 1].map((turn) => wallPages(['a', 'b', 'c', 'd', 'e'], 3, turn, urgent).shown);
    expect(turns).toEqual([
      ['d', 'a', 'b'],
      ['d', 'c', 'e'],
    ]);
  });

  test('when urgent lines fill the wall nothing is out of sight for good', () => {
    const seen = new Set(
      [0, 1, 2].flatMap((turn) => wallPages(['a', 'b', 'c', 'd', 'e'], 2, turn, () => true).shown),
    );
    expect(seen).toEqual(new Set(['a', 'b', 'c', 'd', 'e']));
  });

  test('pages stay 15 to 30 seconds', () => {
    expect(rotateSeconds(null)).toBe(20);
    expect(rotateSeconds('25')).toBe(25);
    expect(rotateSeconds('1')).toBe(15);
    expect(rotateSeconds('90')).toBe(30);
    expect(rotateSeconds('soon')).toBe(20);
  });
});

test('the page moves by at most 4 px, and comes back', () => {
  const steps = Array.from({ length: 20 }, (_, step) => pixelShift(step));
  expect(steps.every(([x, y]) => Math.abs(x) <= 4 && Math.abs(y) <= 4)).toBe(true);
  expect(new Set(steps.map(String)).size).toBeGreaterThan(4);
  expect(pixelShift(0)).toEqual(pixelShift(9));
});

test('long names go on two even lines before they shrink', () => {
  expect(nameSetting('Press 1', 9, 2)).toEqual({ scale: 1, lines: 1 });
  expect(nameSetting('Final assembly 1', 10, 2)).toEqual({ scale: 1, lines: 2 });
  expect(nameSetting('Final assembly 1', 8, 1)).toEqual({ scale: 0.5, lines: 1 });
  expect(nameSetting('Montageendabschnitt', 9, 2).lines).toBe(1);
  expect(fitting(10, 5)).toBe(1);
});
