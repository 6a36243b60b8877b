/** How large a wall's figures must be to be read from afar, and how many lines then fit on it. */

export interface WallAsk {
  /** Space for tiles, px. */
  readonly width: number;
  readonly height: number;
  /** Height that a notice above the tiles takes away from them for a while, px. */
  readonly notice: number;
  /** The whole screen, px. */
  readonly screen: { readonly width: number; readonly height: number };
  /** From the eye to the screen, metres. */
  readonly distance: number;
  /** Diagonal of the screen. */
  readonly inches: number;
  readonly lines: number;
}

export interface WallFit {
  /** Size of a tile's figures, px. */
  readonly figure: number;
  /** Tiles on one page. */
  readonly rows: number;
  /** One row of columns, or figures above the rest where the screen is too narrow for that. */
  readonly shape: 'wide' | 'tall';
}

/** Percent of a 16:9 screen's height per metre and inch: a cap height of 20 arc minutes, and of 16. */
const PREFERRED = 67;
const LEAST = 53;
const HEIGHT_OF_DIAGONAL = 9 / Math.hypot(16, 9);
/** A tile's height and the width it needs, in sizes of its figures. */
const SHAPES = {
  wide: { height: 1.35, width: 13.6 },
  tall: { height: 2.5, width: 7.4 },
} as const;

/** Size in px of figures that can be read from a distance; the screen may stand upright. */
function readable({ screen, distance, inches }: WallAsk, factor: number): number {
  const height = Math.hypot(screen.width, screen.height) * HEIGHT_OF_DIAGONAL;
  return (factor / 100) * (distance / inches) * height;
}

/**
 * Figures as large as the lines leave room for, and never too small to read while a page can turn.
 * A notice makes them a little smaller, so that no line leaves the wall for it.
 */
export function wallFit(ask: WallAsk): WallFit {
  const { height, notice } = ask;
  const fit = usualFit({ ...ask, height: height + notice });
  return { ...fit, figure: Math.min(fit.figure, height / fit.rows / SHAPES[fit.shape].height) };
}

function usualFit(ask: WallAsk): WallFit {
  const wide = fitAs('wide', ask);
  const tall = fitAs('tall', ask);
  const least = Math.min(readable(ask, LEAST), Math.max(wide.figure, tall.figure));
  if (wide.figure < least) return tall;
  if (tall.figure < least || wide.rows > tall.rows) return wide;
  return wide.figure >= tall.figure ? wide : tall;
}

function fitAs(shape: WallFit['shape'], ask: WallAsk): WallFit {
  const { width, height, lines } = ask;
  const needs = SHAPES[shape];
  const widest = width / needs.width;
  const rowsOf = (factor: number): number =>
    Math.max(1, Math.floor(height / (needs.height * Math.min(widest, readable(ask, factor)))));
  const preferred = rowsOf(PREFERRED);
  const fitting = lines > preferred && lines <= rowsOf(LEAST) ? lines : preferred;
  const rows = Math.max(1, Math.min(lines, fitting));
  return { figure: Math.min(widest, height / rows / needs.height), rows, shape };
}
