/**
 * Records the boards of a live plant for an hour of real time, then asks for the same moments again:
 * `npm run soak:hour`, or `MINUTES=5 npm run soak:hour`.
 */

import { isDeepStrictEqual } from 'node:util';
import { start } from '../bench/process.ts';
import { aPlant } from '../support/plants.ts';
import { startProduct } from '../support/product.ts';
import { seeded } from '../support/random.ts';

const MINUTES = Number(process.env['MINUTES'] ?? 60);
const MOMENTS = 100;
const LINES = ['one', 'two', 'three', 'four', 'five', 'six'];

interface Answer {
  readonly at: string;
  readonly state: { readonly name: string };
}

const random = seeded();
await using product = await startProduct({ plant: aPlant(LINES) });
await using lines = await start({
  command: process.execPath,
  args: [
    'simulators/cli.ts',
    'run',
    ...['--http', product.http, '--mqtt', product.mqtt],
    ...['--fault', 'reset,repeat,offline,glitch', '--catch-up'],
  ],
  ready: /./,
});
console.log(
  `recording ${MINUTES} minutes of ${LINES.length} simulated lines (process ${lines.pid})`,
);

const moments = Array.from({ length: MOMENTS }, () => random.next() * MINUTES * 60_000).sort(
  (a, b) => a - b,
);
const began = performance.now();
const recorded: { readonly line: string; readonly board: Answer }[] = [];
for (const moment of moments) {
  await new Promise((due) => setTimeout(due, Math.max(0, began + moment - performance.now())));
  const line = LINES[random.below(LINES.length)] ?? '';
  recorded.push({ line, board: await product.get<Answer>(`/api/lines/${line}/board`) });
}
await new Promise((due) =>
  setTimeout(due, Math.max(0, began + MINUTES * 60_000 - performance.now())),
);

let same = 0;
for (const { line, board } of recorded) {
  const replayed = await product.get<Answer>(`/api/lines/${line}/board?at=${board.at}`);
  if (isDeepStrictEqual(replayed, board)) same += 1;
  else
    console.log(
      `${line} at ${board.at}:\n  live   ${JSON.stringify(board)}\n  replay ${JSON.stringify(replayed)}`,
    );
}
const states = new Map<string, number>();
for (const { board } of recorded)
  states.set(board.state.name, (states.get(board.state.name) ?? 0) + 1);
console.log(
  `${same} of ${recorded.length} boards the same live and replayed (${[...states].map(([name, n]) => `${name} ${n}`).join(', ')})`,
);
process.exitCode = same === recorded.length ? 0 : 1;
