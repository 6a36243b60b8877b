/** Runs the benchmarks one after the other: `npm run bench`, or `npm run bench -- cpu latency`. */

import { cpus } from 'node:os';
import { cpu } from './cpu.ts';
import { disk } from './disk.ts';
import { forecast } from './forecast.ts';
import { latency } from './latency.ts';
import { replay } from './replay.ts';
import { shift, shiftInInflux } from './shift.ts';
import { size } from './size.ts';
import { stack } from './stack.ts';
import { throughput } from './throughput.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<string[]>>> = {
  throughput,
  stack,
  cpu,
  latency,
  replay,
  shift,
  shiftInInflux,
  disk,
  size,
  forecast,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in BENCHMARKS));
if (unknown.length > 0) {
  console.error(
    `no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}`,
  );
  process.exit(1);
}

console.log(
  `node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`,
);
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  for (const row of await run()) console.log(row);
}
