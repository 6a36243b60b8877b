/** Looks into a running product through Node's own inspector: start it with `INSPECTED`. */

import { until, type Product } from './product.ts';

/** Settings under which a product can be looked into. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=0' };

interface Told {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: {
    readonly sessionId?: string;
    readonly workerInfo?: { readonly url: string };
    /** What a thread told. */
    readonly message?: string;
  };
}

/** Asks one thread: its own, or another through it. */
type Ask = (method: string, params?: object) => Promise<unknown>;

export interface MemoryInUse {
  /** Bytes of every thread's heap and of the buffers that it holds, after everything unused is gone. */
  readonly inUse: number;
  /** Bytes that the process has from the system. */
  readonly resident: number;
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

  static async open(product: Pick<Product, 'logged'>): Promise<Inspector> {
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
    await collectGarbage(this.#ask);
    const { usedSize } = (await this.#ask('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  }

  /** The process's memory, all threads together. */
  async memory(): Promise<MemoryInUse> {
    await this.#findThreads();
    const threads = [this.#ask, ...this.#threads.values().map((id) => this.#askingThread(id))];
    for (const ask of threads) await collectGarbage(ask);
    let [inUse, resident] = [0, 0];
    for (const ask of threads) {
      const told = (await evaluate(ask, 'process.memoryUsage()')) as NodeJS.MemoryUsage;
      inUse += told.heapUsed + told.external;
      resident = told.rss;
    }
    return { inUse, resident };
  }

  /** The value of an expression in the main thread; it must be what JSON can tell. */
  evaluate(expression: string): Promise<unknown> {
    return evaluate(this.#ask, expression);
  }

  /** Ends the thread that runs this file, as a crash would. */
  async endThread(file: string): Promise<void> {
    await this.#findThreads();
    const threads = await until(
      () => Promise.resolve([...this.#threads]),
      (known) => known.some(([url]) => url.endsWith(file)),
    );
    const [threadUrl, sessionId] = threads.find(([url]) => url.endsWith(file)) ?? ['', ''];
    // No answer comes: the thread is gone by then.
    void this.#askingThread(sessionId)('Runtime.evaluate', { expression: 'process.exit(9)' });
    await until(
      () => Promise.resolve(this.#threads.has(threadUrl)),
      (isThere) => !isThere,
    );
  }

  /** Node waits for whoever looks into it before it ends. */
  close(): void {
    this.#socket.close();
  }

  /** Resolves once every thread there is was told of. */
  async #findThreads(): Promise<void> {
    await this.#ask('NodeWorker.enable', { waitForDebuggerOnStart: false });
  }

  readonly #ask: Ask = (method, params = {}) =>
    this.#answer((id) => {
      this.#socket.send(JSON.stringify({ id, method, params }));
    });

  #askingThread(sessionId: string): Ask {
    return (method, params = {}) =>
      this.#answer((id) => {
        const message = JSON.stringify({ id, method, params });
        void this.#ask('NodeWorker.sendMessageToWorker', { sessionId, message });
      });
  }

  #answer(send: (id: number) => void): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      send(id);
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
    if (method === 'NodeWorker.receivedMessageFromWorker') {
      this.#take(JSON.parse(params?.message ?? '{}') as Told);
    }
    if (id === undefined) return;
    this.#waiting.get(id)?.(result);
    this.#waiting.delete(id);
  }
}

async function collectGarbage(ask: Ask): Promise<void> {
  for (let n = 0; n < 3; n++) await ask('HeapProfiler.collectGarbage');
}

async function evaluate(ask: Ask, expression: string): Promise<unknown> {
  const { result, exceptionDetails } = (await ask('Runtime.evaluate', {
    expression,
    returnByValue: true,
  })) as { readonly result: { readonly value?: unknown }; readonly exceptionDetails?: unknown };
  if (exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
  return result.value;
}
