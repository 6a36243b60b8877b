/** What lies behind and before the curves: breaks, stops, silences, and where we are. */

import type { Span } from '@lineside/domain/shift.ts';
import type { Chart } from 'chart.js';
import type { Curves } from './curves.ts';

export interface Ink {
  readonly text: string;
  readonly dim: string;
  readonly edge: string;
  readonly rule: string;
  readonly hatch: string;
  readonly panel: string;
  readonly shortfall: string;
  readonly range: string;
  readonly blue: string;
  readonly font: string;
  /** px */
  readonly size: number;
}

export function backdrop(chart: Chart<'line'>, curves: Curves, ink: Ink): void {
  const { ctx, chartArea } = chart;
  const { shift, silences } = curves;
  ctx.save();
  wedge(chart, curves, ink);
  for (const pause of shift.breaks) {
    const [left, width] = extent(chart, pause);
    hatch(ctx, left, chartArea.top, width, chartArea.bottom - chartArea.top, ink);
  }
  ctx.setLineDash([ink.size / 3, ink.size / 3]);
  ctx.lineWidth = ink.size / 12;
  ctx.strokeStyle = ink.edge;
  for (const silence of silences) {
    const [left, width] = extent(chart, silence);
    ctx.strokeRect(left, chartArea.top + 1, width, chartArea.bottom - chartArea.top - 2);
  }
  ctx.restore();
}

export function foreground(
  chart: Chart<'line'>,
  { shift, at, made, bends }: Curves,
  ink: Ink,
): void {
  for (const bend of bends) diamond(chart, bend, ink);
  if (at < shift.start || at >= shift.end) return;
  const { ctx, chartArea } = chart;
  const x = chart.scales['x']?.getPixelForValue(at) ?? 0;
  ctx.save();
  ctx.strokeStyle = ink.dim;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, chartArea.top);
  ctx.lineTo(x, chartArea.bottom);
  ctx.stroke();
  const last = made.findLast(({ y }) => !Number.isNaN(y));
  if (last) {
    const y = chart.scales['y']?.getPixelForValue(last.y) ?? 0;
    const lastX = chart.scales['x']?.getPixelForValue(last.x) ?? 0;
    ctx.fillStyle = ink.text;
    ctx.strokeStyle = ink.panel;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(lastX, y, ink.size * 0.4, 0, Math.PI * 2);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

/** Where the shift will likely end (S9). */
function wedge(chart: Chart<'line'>, { range }: Curves, ink: Ink): void {
  const { x: across, y: up } = chart.scales;
  if (!across || !up || range.length === 0) return;
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
  ctx.clip();
  ctx.fillStyle = ink.range;
  ctx.beginPath();
  for (const { x, low } of range) ctx.lineTo(across.getPixelForValue(x), up.getPixelForValue(low));
  for (const { x, high } of range.toReversed()) {
    ctx.lineTo(across.getPixelForValue(x), up.getPixelForValue(high));
  }
  ctx.closePath();
  ctx.fill();
  ctx.restore();
}

/** A changed plan, told in the list below the curve. */
function diamond(chart: Chart<'line'>, bend: Curves['bends'][number], ink: Ink): void {
  const { ctx, chartArea, scales } = chart;
  const x = scales['x']?.getPixelForValue(bend.at) ?? 0;
  const y = scales['y']?.getPixelForValue(bend.y) ?? 0;
  const size = ink.size * 0.5;
  ctx.save();
  ctx.strokeStyle = ink.blue;
  ctx.setLineDash([2, 4]);
  ctx.beginPath();
  ctx.moveTo(x, chartArea.bottom);
  ctx.lineTo(x, y);
  ctx.stroke();
  ctx.fillStyle = ink.blue;
  ctx.translate(x, y);
  ctx.rotate(Math.PI / 4);
  ctx.fillRect(-size / 2, -size / 2, size, size);
  ctx.restore();
}

function extent(chart: Chart<'line'>, { start, end }: Span): [left: number, width: number] {
  const axis = chart.scales['x'];
  if (!axis) return [0, 0];
  const left = axis.getPixelForValue(start);
  return [left, axis.getPixelForValue(end) - left];
}

function hatch(
  ctx: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
  ink: Ink,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.strokeStyle = ink.hatch;
  ctx.lineWidth = ink.size / 12;
  ctx.beginPath();
  for (let x = left - height; x < left + width; x += ink.size * 0.6) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
  ctx.restore();
}
