/** Time to open an 8-hour shift of 20 lines at 1 Hz in replay: the answer, and the boards from it. */

import { boardAt } from '@lineside/domain/board.ts';
import { factsOf } from '@lineside/domain/view.ts';
import type { ShiftEntry, ViewsAnswer } from '@lineside/domain/wire.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct } from '../support/product.ts';
import { Publisher } from '../support/publisher.ts';
import { median } from './process.ts';

const LINES = Array.from({ length: 20 }, (_, n) => `line-${n + 1}`);
const HOUR = 3_600_000;

export async function replay(): Promise<string[]> {
  await using product = await startProduct({ plant: aPlant(LINES) });
  const ago = new Date(Date.now() - 20 * HOUR).toISOString();
  const shifts = await product.get<ShiftEntry[]>(
    `/api/shifts?from=${ago}&to=${new Date().toISOString()}`,
  );
  const shift = shifts.find(({ start }) => start > ago);
  if (!shift) throw new Error('no past shift');
  const [start, end] = [Date.parse(shift.start), Date.parse(shift.end)];
  await fill(product.mqtt, start, end);
  const times: { answer: number; boards: number; bytes: number }[] = [];
  for (let round = 0; round < 5; round++) {
    const at = start + 4 * HOUR + round * 60_000;
    const began = performance.now();
    const response = await fetch(`${product.http}/api/views?at=${new Date(at).toISOString()}`);
    const text = await response.text();
    const answered = performance.now();
    const facts = (JSON.parse(text) as ViewsAnswer).lines.map(factsOf);
    const good = facts.map((line) => boardAt(line, at).count?.good ?? 0);
    if (good.some((parts) => parts < 100)) throw new Error(`boards are wrong: ${good.join(' ')}`);
    times.push({
      answer: answered - began,
      boards: performance.now() - answered,
      bytes: text.length,
    });
  }
  const [first, ...again] = times.map(({ answer, boards }) => answer + boards);
  const megabytes = ((times[0]?.bytes ?? 0) / 1e6).toFixed(1);
  return [
    `replay of an 8-hour shift, 20 lines at 1 Hz: first opened in ${(first ?? NaN).toFixed(0)} ms ` +
      `(answer ${(times[0]?.answer ?? NaN).toFixed(0)} ms, boards ${(times[0]?.boards ?? NaN).toFixed(0)} ms), ` +
      `again in ${median(again).toFixed(0)} ms; ${megabytes} MB before compression`,
  ];
}

async function fill(url: string, start: number, end: number): Promise<void> {
  const publisher = await Publisher.connect(url, 'history', 4_000);
  for (let at = start; at < end; at += 1000) {
    const good = Math.floor((at - start) / 36_000);
    for (const line of LINES)
      await publisher.publish({
        topic: `lineside/${line}/output`,
        payload: `{"good":${good},"ts":${at}}`,
      });
  }
  await publisher.settled();
  publisher.close();
}
