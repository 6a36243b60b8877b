/** The chart of one line's output: one long-lived Chart.js chart, redrawn when told to. */

import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type Plugin,
} from 'chart.js';
import type { Formats } from '../formats.ts';
import type { Curves, Dot } from './curves.ts';
import { backdrop, foreground, type Ink } from './layers.ts';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler);

const HOUR = 3_600_000;
const EMPTY: Dot[] = [];
/** Early in a shift the range may reach out of all proportion: by so much more than the curves it is shown. */
const MOST_FOR_RANGE = 1.5;

export class OutputDrawing {
  readonly #chart: Chart<'line', Dot[]>;
  readonly #canvas: HTMLCanvasElement;
  readonly #onLayout: (sides: readonly [number, number]) => void;
  #sides: readonly [number, number] = [0, 0];
  #curves: Curves | null = null;
  #formats: Formats | null = null;

  /** @param onLayout hears where the plot begins and ends, px from the canvas's left and right */
  constructor(canvas: HTMLCanvasElement, onLayout: (sides: readonly [number, number]) => void) {
    this.#canvas = canvas;
    this.#onLayout = onLayout;
    this.#chart = new Chart<'line', Dot[]>(canvas, {
      type: 'line',
      data: {
        datasets: [
          { data: EMPTY },
          { data: EMPTY, fill: { target: 0, above: '#0000', below: '#0000' } },
          { data: EMPTY },
        ],
      },
      plugins: [this.#layers()],
      options: {
        animation: false,
        parsing: false,
        normalized: true,
        responsive: true,
        maintainAspectRatio: false,
        events: [],
        layout: { padding: { top: 8, right: 0 } },
        elements: {
          point: { radius: 0 },
          line: { borderJoinStyle: 'round', borderCapStyle: 'round' },
        },
        scales: {
          x: {
            type: 'linear',
            border: { display: false },
            grid: { display: false },
            afterBuildTicks: (axis) => {
              axis.ticks = this.#hours().map((value) => ({ value }));
            },
            ticks: {
              autoSkip: true,
              autoSkipPadding: 16,
              maxRotation: 0,
              callback: (value) => this.#formats?.time(Number(value)) ?? '',
            },
          },
          y: {
            type: 'linear',
            min: 0,
            border: { display: false },
            grid: { drawTicks: false },
            ticks: {
              maxTicksLimit: 6,
              precision: 0,
              includeBounds: false,
              padding: 8,
              callback: (value) => this.#formats?.number(Number(value)) ?? '',
            },
          },
        },
      },
    });
  }

  draw(curves: Curves, formats: Formats): void {
    this.#curves = curves;
    this.#formats = formats;
    const ink = this.#ink();
    const [due, made, expected] = this.#chart.data.datasets;
    if (!due || !made || !expected) return;
    const thin = ink.size / 7;
    const dash = [thin * 3, thin * 2.5];
    Object.assign(due, { data: curves.due, borderColor: ink.edge, borderWidth: thin });
    const fill = { target: 0, above: '#0000', below: ink.shortfall };
    Object.assign(made, {
      data: curves.made,
      borderColor: ink.text,
      borderWidth: thin * 1.6,
      fill,
    });
    const stroke = { borderColor: ink.text, borderWidth: thin, borderDash: dash };
    Object.assign(expected, { data: curves.expected, ...stroke });
    this.#style(ink);
    this.#chart.update('none');
  }

  destroy(): void {
    this.#chart.destroy();
  }

  #style(ink: Ink): void {
    const { x, y } = this.#chart.options.scales ?? {};
    const font = { family: ink.font, size: ink.size };
    if (x) Object.assign(x, { min: this.#curves?.shift.start, max: this.#curves?.shift.end });
    if (y) y.max = Math.max(10, this.#highest() * 1.05);
    for (const axis of [x, y]) {
      if (axis?.ticks) Object.assign(axis.ticks, { color: ink.dim, font });
    }
    if (y?.grid) y.grid.color = ink.rule;
  }

  #highest(): number {
    const { due = [], made = [], expected = [], range = [] } = this.#curves ?? {};
    // What is due need not be highest at the end: a lowered demand bends it down.
    const heights = [...due, ...[made, expected].flatMap((dots) => dots.slice(-1))].map(
      ({ y }) => y,
    );
    const tallest = Math.max(0, ...heights.filter((y) => !Number.isNaN(y)));
    const high = range.at(-1)?.high ?? 0;
    return Math.max(tallest, Math.min(high, tallest * MOST_FOR_RANGE));
  }

  #hours(): number[] {
    const shift = this.#curves?.shift;
    if (!shift) return [];
    const hours: number[] = [];
    for (let at = Math.ceil(shift.start / HOUR) * HOUR; at <= shift.end; at += HOUR) hours.push(at);
    return hours;
  }

  #layers(): Plugin<'line'> {
    return {
      id: 'layers',
      afterLayout: ({ chartArea, width }) => {
        const sides = [Math.round(chartArea.left), Math.round(width - chartArea.right)] as const;
        if (sides[0] === this.#sides[0] && sides[1] === this.#sides[1]) return;
        this.#sides = sides;
        this.#onLayout(sides);
      },
      beforeDatasetsDraw: (chart) => {
        if (this.#curves) backdrop(chart, this.#curves, this.#ink());
      },
      afterDatasetsDraw: (chart) => {
        if (this.#curves) foreground(chart, this.#curves, this.#ink());
      },
    };
  }

  /** Colours and type as the page's style has them at the moment. */
  #ink(): Ink {
    const style = getComputedStyle(this.#canvas);
    const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    return {
      text: color('text'),
      dim: color('dim'),
      edge: color('edge'),
      rule: color('rule'),
      hatch: color('hatch'),
      panel: color('panel'),
      shortfall: `color-mix(in srgb, ${color(this.#curves?.isShort ? 'red' : 'edge')} 16%, transparent)`,
      range: `color-mix(in srgb, ${color('text')} 9%, transparent)`,
      blue: color('blue'),
      font: style.fontFamily,
      size: parseFloat(style.fontSize) * 0.85,
    };
  }
}
