/** Steady load for measuring: numbered, dated readings at a fixed rate, and how fast they were acknowledged. */

import { setTimeout as sleep } from 'node:timers/promises';
import { outputTopic } from './gateway.ts';
import { connectAll } from './link.ts';
import type { Surroundings } from './surroundings.ts';

const TURN_MS = 5;
const REPORT_EVERY_MS = 1_000;

export interface LoadOptions {
  readonly mqtt: string;
  readonly perSecond: number;
  readonly lines: number;
  readonly count: number;
  readonly connections: number;
  /** Lines are called by this and a number from 1. */
  readonly prefix: string;
}

/** The value below which `share` of the sorted values lie, ms. */
const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;

/** Message number `index` (from 0) of a load over `lines` lines: each counts up by one part. */
export function loadMessage(index: number, { lines, prefix }: LoadOptions, at: number) {
  const line = `${prefix}${(index % lines) + 1}`;
  const seq = Math.floor(index / lines) + 1;
  const payload = JSON.stringify({ good: seq, reject: 0, ts: at, seq });
  const topic = outputTopic(line);
  return { line, publishAt: at, topic, payload, qos: 1, retain: false } as const;
}

/** Sends `count` messages at `perSecond`, whatever the broker does, and reports each second. */
export async function runLoad(
  options: LoadOptions,
  { clock, signal, log }: Surroundings,
  report: (line: object) => void,
): Promise<void> {
  const { count, perSecond, connections, mqtt: url } = options;
  const links = await connectAll(Array.from({ length: connections }, () => ({ url, log, signal })));
  const waits: number[] = [];
  const failures = new Map<string, number>();
  let sent = 0;
  let settled = 0;
  const all = Promise.withResolvers<null>();
  const begun = performance.now();
  let reportedAt = begun;
  const send = (): void => {
    // A line keeps to one connection, which keeps its order.
    const link = links[(sent % options.lines) % connections];
    const sentAt = performance.now();
    const message = loadMessage(sent++, options, clock.now());
    link
      ?.publish(message)
      .then(
        () => waits.push(performance.now() - sentAt),
        (error: unknown) => failures.set(String(error), (failures.get(String(error)) ?? 0) + 1),
      )
      .finally(() => {
        if (++settled === count) all.resolve(null);
      });
  };
  const progress = () => ({
    seconds: Number(((performance.now() - begun) / 1000).toFixed(3)),
    sent,
    acknowledged: waits.length,
  });
  const stopped = (): void => {
    all.resolve(null);
  };
  signal.addEventListener('abort', stopped);
  while (sent < count && !signal.aborted) {
    const due = Math.min(count, Math.ceil(((performance.now() - begun) / 1000) * perSecond));
    while (sent < due) send();
    if (performance.now() - reportedAt >= REPORT_EVERY_MS) {
      reportedAt += REPORT_EVERY_MS;
      report(progress());
    }
    await sleep(TURN_MS);
  }
  if (settled < count) await all.promise;
  const done = progress();
  const sorted = waits.toSorted((a, b) => a - b);
  const perSecondAcknowledged = Math.round(waits.length / Math.max(done.seconds, 0.001));
  const p = {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
  };
  report({
    done: true,
    ...done,
    perSecond: perSecondAcknowledged,
    acknowledgeMs: { ...p, max: sorted.at(-1) ?? null },
    failures: Object.fromEntries(failures),
  });
  signal.removeEventListener('abort', stopped);
  await Promise.all(links.map((link) => link.close()));
}
