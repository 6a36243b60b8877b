/**
 * How late a process's event loop is, measured inside of it as prom-client does it: a timer of 10 ms,
 * and how long it really took. An idle loop therefore shows a little over 10 ms, and so does
 * `nodejs_eventloop_lag_p99_seconds`; that one starts anew with every scrape, these do not.
 */

import type { Inspector } from '../support/inspector.ts';

/** Ms. */
export interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const WATCH = `{
  const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
  globalThis.soakLag = {};
  for (const name of ['whole', 'stretch']) {
    soakLag[name] = monitorEventLoopDelay({ resolution: 10 });
    soakLag[name].enable();
  }
}`;

/** The histogram has no sample right after it was emptied. */
const read = (name: string): string => `(({ count, max }, at) => ({
  p50: at(50), p99: at(99), max: count > 0 ? max / 1e6 : 0,
}))(soakLag.${name}, (share) => soakLag.${name}.percentile(share) / 1e6)`;

export class LagWatch {
  readonly #inspector: Inspector;

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  async start(): Promise<void> {
    await this.#inspector.evaluate(WATCH);
  }

  /** Since the start, all told. */
  async whole(): Promise<Lag> {
    return (await this.#inspector.evaluate(read('whole'))) as Lag;
  }

  /** Since `startStretch`. */
  async stretch(): Promise<Lag> {
    return (await this.#inspector.evaluate(read('stretch'))) as Lag;
  }

  async startStretch(): Promise<void> {
    await this.#inspector.evaluate('soakLag.stretch.reset()');
  }
}
