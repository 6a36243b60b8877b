/** Looks into a running product through Node's own inspector: start it with `INSPECTED`. */

import { until, type Product } from './product.ts';

/** Settings under which a product can be looked into. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=0' };

interface Told {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: { readonly sessionId?: string; readonly workerInfo?: { readonly url: string } };
}

export class Inspector {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  readonly #threads = new Map<string, string>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      this.#take(JSON.parse(String(data)) as Told);
    });
  }

  static async open(product: Product): Promise<Inspector> {
    const address = /Debugger listening on (ws:\S+)/;
    const told = await until(
      () => Promise.resolve(product.logged()),
      (log) => address.test(log),
    );
    const socket = new WebSocket(address.exec(told)?.[1] ?? '');
    await new Promise((resolve) => {
      socket.addEventListener('open', resolve, { once: true });
    });
    return new Inspector(socket);
  }

  /** Bytes of the main thread's heap that are in use after everything unused is gone. */
  async heapInUse(): Promise<number> {
    for (let n = 0; n < 3; n++) await this.#ask('HeapProfiler.collectGarbage');
    const { usedSize } = (await this.#ask('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  }

  /** Ends the thread that runs this file, as a crash would. */
  async endThread(file: string): Promise<void> {
    await this.#ask('NodeWorker.enable', { waitForDebuggerOnStart: false });
    const threads = await until(
      () => Promise.resolve([...this.#threads]),
      (known) => known.some(([url]) => url.endsWith(file)),
    );
    const [threadUrl, sessionId] = threads.find(([url]) => url.endsWith(file)) ?? ['', ''];
    const params = { expression: 'process.exit(9)' };
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params });
    void this.#ask('NodeWorker.sendMessageToWorker', { sessionId, message });
    await until(
      () => Promise.resolve(this.#threads.has(threadUrl)),
      (isThere) => !isThere,
    );
  }

  /** Node waits for whoever looks into it before it ends. */
  close(): void {
    this.#socket.close();
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #take({ id, method, params, result }: Told): void {
    if (method === 'NodeWorker.attachedToWorker' && params?.sessionId !== undefined) {
      this.#threads.set(params.workerInfo?.url ?? '', params.sessionId);
    }
    if (method === 'NodeWorker.detachedFromWorker') {
      for (const [url, session] of this.#threads) {
        if (session === params?.sessionId) this.#threads.delete(url);
      }
    }
    if (id !== undefined) this.#waiting.get(id)?.(result);
  }
}
