/** How large a wall's figures must be to be read from afar, and how many lines then fit on it. */

export interface WallAsk {
  /** Space for tiles, px. */
  readonly width: number;
  readonly height: number;
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
/** A tile's height in sizes of its figures. */
const ROW = { wide: 1.35, tall: 2.3 } as const;
/** What a tile's columns need beside each other, in sizes of its figures. */
const WIDE_NEEDS = 12.6;
/** What the widest status needs, in sizes of the figures. */
const TALL_NEEDS = 7.2;

/** Size in px of figures that can be read from a distance; the screen may stand upright. */
function readable({ screen, distance, inches }: WallAsk, factor: number): number {
  const height = Math.hypot(screen.width, screen.height) * HEIGHT_OF_DIAGONAL;
  return (factor / 100) * (distance / inches) * height;
}

/** Figures as large as the lines leave room for, and never too small to read while a page can turn. */
export function wallFit(ask: WallAsk): WallFit {
  const { width, height } = ask;
  const preferred = readable(ask, PREFERRED);
  const least = readable(ask, LEAST);
  const shape = width / Math.min(preferred, height / ROW.wide) >= WIDE_NEEDS ? 'wide' : 'tall';
  const needs = shape === 'wide' ? WIDE_NEEDS : TALL_NEEDS;
  const widest = width / needs;
  const atPreferred = rowsAt(height, Math.min(preferred, widest), shape);
  const atLeast = rowsAt(height, Math.min(least, widest), shape);
  const fit = ask.lines > atPreferred && ask.lines <= atLeast ? atLeast : atPreferred;
  const rows = Math.max(1, Math.min(ask.lines, fit));
  return { figure: Math.min(widest, height / rows / ROW[shape]), rows, shape };
}

function rowsAt(height: number, figure: number, shape: WallFit['shape']): number {
  return Math.max(1, Math.floor(height / (ROW[shape] * figure)));
}
