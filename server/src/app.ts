/**
 * The composition root: builds the server's parts, starts them, and closes them in reverse order. What
 * keeps and what hears is chosen in `stores.ts` and `door.ts`.
 */

import { randomBytes } from 'node:crypto';
import { Book } from './book/book.ts';
import { KnownHours } from './book/known-hours.ts';
import type { Config } from './config/config.ts';
import { Demo } from './demo.ts';
import { Door } from './door.ts';
import type { ClientFolders } from './http/client-build.ts';
import { ClientPages } from './http/client-pages.ts';
import { LineFactsSource } from './http/line-facts.ts';
import { Web } from './http/web.ts';
import { Floor } from './live/floor.ts';
import { Shelf } from './live/shelf.ts';
import { Stream } from './live/stream.ts';
import { Metrics } from './metrics.ts';
import { Planning } from './plan/planning.ts';
import { plantInfo } from './plant-info.ts';
import type { Clock, Log } from './ports.ts';
import { OutageWatch } from './readings/outage.ts';
import { Retention } from './retention/retention.ts';
import { opened } from './start-error.ts';
import { Started } from './started.ts';
import { Stores } from './stores.ts';
import { urlOf } from './url.ts';

export interface AppParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  /** `null`: no pages, the API alone. */
  readonly client: ClientFolders | null;
  readonly isDev: boolean;
  /** The Node that runs this server, for its demo. */
  readonly node: string;
}

export interface Running {
  readonly httpUrl: string;
  readonly mqttUrl: string;
}

const TURN_EVERY_MS = 1_000;

export class App {
  readonly #parts: AppParts;
  readonly #metrics = new Metrics();
  readonly #stores: Stores;
  readonly #planning: Planning;
  readonly #shelf = new Shelf();
  readonly #floor: Floor;
  readonly #hours: KnownHours;
  readonly #book: Book;
  readonly #door: Door;
  readonly #pages: ClientPages;
  readonly #web: Web;
  readonly #stream: Stream;
  readonly #retention: Retention;
  readonly #started: Started;
  readonly #failed = Promise.withResolvers<Error>();
  #isReady = false;

  constructor(parts: AppParts) {
    this.#parts = parts;
    const { config, clock, log, isDev } = parts;
    const [metrics, shelf] = [this.#metrics, this.#shelf];
    const stores = new Stores({
      ...{ config, clock, log },
      onCommit: (messages, tookMs) => metrics.committed(messages, tookMs),
      onDeath: (error) => this.#failed.resolve(error),
    });
    const { readings, local } = stores;
    const planning = new Planning({
      ...{ store: stores.plan, file: config.plantFile, clock, log },
      onChange: () => this.#replan(),
    });
    const { plans, desk: planDesk } = planning;
    const floor = new Floor({ store: readings, plans, clock, log });
    const facts = new LineFactsSource({ store: readings, minutes: local, plans, floor });
    const hours = new KnownHours((line, at) => facts.at(line, at), clock);
    const book = new Book({
      ...{ store: stores.book, hours, clock },
      lines: (window) => plans.linesIn(window).map(({ id }) => id),
      calendar: () => plans.calendar,
      onWritten: (line) => this.#stream.tellBook({ line }),
    });
    const shown = [floor, shelf, hours];
    const door = new Door({ config, store: local, shown, metrics, clock, log });
    const plant = plantInfo(config, plans, door);
    const pages = new ClientPages(parts);
    const build = (): string => pages.build;
    this.#started = new Started(log);
    this.#stores = stores;
    this.#planning = planning;
    this.#floor = floor;
    this.#hours = hours;
    this.#book = book;
    this.#door = door;
    this.#pages = pages;
    this.#web = new Web({
      ...{ plant, plans, planDesk, floor, shelf, readings, quarantine: local, facts, book },
      ...{ clock, log, metrics, isDev },
      health: {
        ...{ version: parts.version, build, store: readings, broker: door.connection },
        isReady: () => this.#isReady,
        missedMessages: () => floor.missedMessages,
        lines: () => plans.lines.length,
        discovered: () => floor.discovered.ids,
      },
    });
    this.#retention = new Retention({
      ...{ readings, minutes: local, prunable: readings, plans, clock, log },
      pruneBefore: (now) => stores.pruneBefore(now),
    });
    this.#stream = new Stream({
      ...{ http: this.#web.server, floor, broker: door.connection, clock, log, plant, build },
      startId: randomBytes(6).toString('hex'),
    });
  }

  /** Resolves when a part has ended without which nothing works: the process is to be started anew. */
  get failed(): Promise<Error> {
    return this.#failed.promise;
  }

  /** Resolves when everything listens. Rejects with a StartError for what its user can put right. */
  async start(signal: AbortSignal): Promise<Running> {
    const { config, clock, log, node } = this.#parts;
    const [started, stores] = [this.#started, this.#stores];
    await started.begin(
      () => stores.open(),
      () => stores.close(),
    );
    const httpPort = await started.begin(
      () => opened(this.#web.listen(config.http), config.http, 'PORT'),
      () => this.#web.close(),
    );
    await started.begin(
      () => this.#pages.start(this.#web),
      () => this.#pages.close(),
    );
    signal.throwIfAborted();
    await started.begin(
      () => stores.timeSeries?.start(signal),
      () => stores.timeSeries?.close(),
    );
    await this.#recall();
    this.#startMetrics();
    await started.start(this.#stream);
    const watching = new OutageWatch(stores.local, log).start(clock);
    started.closeLater(() => watching.cancel());
    const turning = clock.every(TURN_EVERY_MS, () => {
      this.#planning.turn();
      void this.#floor.turn();
    });
    started.closeLater(() => {
      turning.cancel();
      return this.#floor.settled();
    });
    const mqttUrl = await started.begin(
      () => this.#door.open(),
      () => this.#door.close(),
    );
    signal.throwIfAborted();
    this.#isReady = true;
    await started.start(this.#retention);
    const running = { httpUrl: urlOf('http', config.http.host, httpPort), mqttUrl };
    if (config.demo) {
      await started.start(new Demo({ ...running, node, dataDir: config.dataDir, log }));
    }
    return running;
  }

  /** Everything acknowledged is on disk afterwards. */
  async close(): Promise<void> {
    this.#isReady = false;
    await this.#started.close();
  }

  /** Takes up from the store where the last run left off. */
  async #recall(): Promise<void> {
    await this.#planning.start(() => this.#stores.local.formerTargets());
    this.#followSources();
    await this.#floor.start();
    await this.#book.start();
    await this.#door.recall(this.#floor.ids);
  }

  #startMetrics(): void {
    const { local, timeSeries } = this.#stores;
    this.#metrics.start({
      storeReachable: () => local.reachable,
      spooled: () => local.spooled,
      databaseReachable: () => !timeSeries?.store.databaseTrouble,
      sockets: () => this.#stream.sockets,
      socketsBehind: () => this.#stream.behind,
      brokerConnected: () => this.#door.connection.connected,
      missedMessages: () => this.#floor.missedMessages,
    });
  }

  /** Hears what the plan in force says is sent. */
  #followSources(): void {
    this.#door.expect(this.#planning.plans.plant.topics);
  }

  /** Takes up a changed plan everywhere. */
  async #replan(): Promise<void> {
    this.#followSources();
    this.#shelf.clear();
    this.#hours.clear();
    const replanned = this.#floor.replan();
    this.#stream.tellPlan(this.#planning.version);
    await replanned;
  }
}
