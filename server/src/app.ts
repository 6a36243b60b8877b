/** The composition root: builds the server's parts, starts them, and closes them in reverse order. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EMPTY_PLAN } from '@lineside/domain/plan.ts';
import type { PlantInfo } from '@lineside/domain/wire.ts';
import { RECORDS_FILE, type Config } from './config/config.ts';
import { OUTPUT_TOPIC } from './config/plan.ts';
import { Book } from './book/book.ts';
import { KnownHours } from './book/known-hours.ts';
import { RecordsBook } from './book/records-book.ts';
import { Demo } from './demo.ts';
import { distOf, prepareClient, type ClientFolders } from './http/client-build.ts';
import { startDevPages } from './http/dev-pages.ts';
import { LineFactsSource } from './http/line-facts.ts';
import { pagesRouter } from './http/pages.ts';
import { Web } from './http/web.ts';
import { Arrivals, REMEMBERED_MS } from './intake/arrivals.ts';
import { Broker } from './broker/broker.ts';
import { Intake } from './intake/intake.ts';
import { TopicMap } from './intake/topics.ts';
import { DAY_MS } from './live/days.ts';
import { Floor } from './live/floor.ts';
import { Shelf } from './live/shelf.ts';
import { Stream } from './live/stream.ts';
import { Metrics } from './metrics.ts';
import { Planning } from './plan/planning.ts';
import type { Clock, Log } from './ports.ts';
import { OutageWatch } from './readings/outage.ts';
import { AdaptivePace } from './readings/pace.ts';
import { LOCAL_DAYS } from './readings/spooled.ts';
import { SqliteStore } from './readings/sqlite.ts';
import { nameOf, TimeSeries } from './readings/time-series.ts';
import { openRecords } from './records/database.ts';
import type { Records } from './records/schema.ts';
import { Retention } from './retention/retention.ts';
import { opened, StartError } from './start-error.ts';
import { Subscriber } from './subscriber/subscriber.ts';

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
  readonly #store: SqliteStore;
  /** Beside the embedded store, where there is one. */
  readonly #timeSeries: TimeSeries | null;
  #records: Records | null = null;
  readonly #planning: Planning;
  readonly #topics: TopicMap;
  readonly #shelf: Shelf;
  readonly #hours: KnownHours;
  readonly #book: Book;
  readonly #floor: Floor;
  readonly #arrivals = new Arrivals();
  readonly #broker: Broker | Subscriber;
  readonly #web: Web;
  readonly #stream: Stream;
  readonly #retention: Retention;
  /** What has been started, the last first, and how to close it. */
  readonly #closers: (() => void | Promise<void>)[] = [];
  readonly #failed = Promise.withResolvers<Error>();
  #build = 'none';
  #isReady = false;

  constructor(parts: AppParts) {
    this.#parts = parts;
    const { config, clock, log, version, isDev } = parts;
    const metrics = this.#metrics;
    const { plantFile, influxUrl, retentionDays } = config;
    const file = join(config.dataDir, 'lineside.db');
    const onDeath = (error: Error): void => this.#failed.resolve(error);
    const planned = (plantFile ?? EMPTY_PLAN).lines.map(({ id }) => id);
    const store = new SqliteStore({
      file,
      spoolTarget: influxUrl && { name: nameOf(influxUrl), planned },
      pace: new AdaptivePace(() => performance.now()),
      onCommit: (messages, tookMs) => metrics.committed(messages, tookMs),
      onDeath,
    });
    this.#store = store;
    const series = { retentionDays, local: store, file, clock, log, onDeath };
    this.#timeSeries = influxUrl && new TimeSeries({ ...series, url: influxUrl });
    const readings = this.#timeSeries?.store ?? store;
    this.#planning = new Planning({
      records: () => this.#openRecords(),
      file: plantFile,
      clock,
      log,
      onChange: () => this.#replan(),
    });
    const { plans, desk: planDesk } = this.#planning;
    const floor = new Floor({ store: readings, plans, clock, log });
    const topics = new TopicMap([OUTPUT_TOPIC]);
    this.#topics = topics;
    const arrivals = this.#arrivals;
    const written = { store, quarantine: store };
    const shelf = new Shelf();
    this.#shelf = shelf;
    const minutes = store;
    const facts = new LineFactsSource({ store: readings, minutes, plans, floor });
    const hours = new KnownHours((line, at) => facts.at(line, at), clock);
    this.#hours = hours;
    this.#book = new Book({
      store: new RecordsBook(() => this.#openRecords()),
      lines: (window) => plans.linesIn(window).map(({ id }) => id),
      calendar: () => plans.calendar,
      hours,
      clock,
      onWritten: (line) => this.#stream.tellBook({ line }),
    });
    const shown = [floor, shelf, hours];
    const intake = new Intake({ ...written, arrivals, topics, shown, events: metrics, clock });
    this.#floor = floor;
    const heard = { intake, clock, log, events: metrics };
    const broker = config.mqttUrl
      ? new Subscriber({
          ...heard,
          url: config.mqttUrl,
          filters: () => topics.filters,
          instance: () => store.instance(),
        })
      : new Broker({ ...heard, address: config.mqtt });
    this.#broker = broker;
    const info: PlantInfo = {
      get name() {
        return plans.plant.name;
      },
      get timeZone() {
        return plans.plant.timeZone;
      },
      demo: config.demo,
      retentionDays,
      get mqttPort() {
        return broker.broker === 'embedded' ? broker.port : null;
      },
    };
    const build = (): string => this.#build;
    const health = {
      version,
      build,
      store: readings,
      isReady: () => this.#isReady,
      broker,
      missedMessages: () => floor.missedMessages,
      lines: () => plans.lines.length,
      discovered: () => floor.discovered.ids,
    };
    this.#web = new Web({
      plant: info,
      plans,
      planDesk,
      floor,
      shelf,
      readings,
      quarantine: store,
      facts,
      book: this.#book,
      clock,
      log,
      metrics,
      health,
      isDev,
    });
    const kept = { readings, minutes: store, prunable: readings };
    const daysHere = this.#timeSeries ? LOCAL_DAYS : retentionDays;
    const pruneBefore = (now: number): number =>
      daysHere === null ? -Infinity : now - daysHere * DAY_MS;
    this.#retention = new Retention({ ...kept, plans, clock, log, pruneBefore });
    const startId = randomBytes(6).toString('hex');
    const http = this.#web.server;
    this.#stream = new Stream({ http, floor, broker, clock, log, plant: info, build, startId });
  }

  /** Resolves when a part has ended without which nothing works: the process is to be started anew. */
  get failed(): Promise<Error> {
    return this.#failed.promise;
  }

  /** Resolves when everything listens. Rejects with a StartError for what its user can put right. */
  async start(signal: AbortSignal): Promise<Running> {
    const { config, clock, log, node } = this.#parts;
    await this.#begin(
      () => this.#openStore(),
      () => this.#store.close(),
    );
    await this.#begin(
      () => this.#startRecords(),
      () => this.#records?.destroy(),
    );
    const httpPort = await this.#begin(
      () => opened(this.#web.listen(config.http), config.http, 'PORT'),
      () => this.#web.close(),
    );
    await this.#startPages();
    signal.throwIfAborted();
    await this.#begin(
      () => this.#timeSeries?.start(signal),
      () => this.#timeSeries?.close(),
    );
    await this.#recall();
    this.#metrics.start({
      storeReachable: () => this.#store.reachable,
      spooled: () => this.#store.spooled,
      databaseReachable: () => !this.#timeSeries?.store.databaseTrouble,
      sockets: () => this.#stream.sockets,
      socketsBehind: () => this.#stream.behind,
      brokerConnected: () => this.#broker.connected,
      missedMessages: () => this.#floor.missedMessages,
    });
    await this.#begin(
      () => this.#stream.start(),
      () => this.#stream.close(),
    );
    const watching = new OutageWatch(this.#store, log).start(clock);
    this.#closers.push(() => watching.cancel());
    const turning = clock.every(TURN_EVERY_MS, () => {
      this.#planning.turn();
      void this.#floor.turn();
    });
    this.#closers.push(() => {
      turning.cancel();
      return this.#floor.settled();
    });
    const mqttUrl = await this.#begin(
      () => this.#startBroker(),
      () => this.#closeBroker(),
    );
    signal.throwIfAborted();
    this.#isReady = true;
    await this.#begin(
      () => this.#retention.start(),
      () => this.#retention.close(),
    );
    const running = { httpUrl: urlOf('http', config.http.host, httpPort), mqttUrl };
    if (config.demo) {
      const demo = new Demo({ ...running, node, dataDir: config.dataDir, log });
      await this.#begin(
        () => demo.start(),
        () => demo.close(),
      );
    }
    return running;
  }

  /** Everything acknowledged is on disk afterwards. */
  async close(): Promise<void> {
    this.#isReady = false;
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        this.#parts.log.error({ error }, 'a part of the server did not close well');
      }
    }
  }

  async #openStore(): Promise<void> {
    try {
      await this.#store.start();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError([`DATA_DIR: ${this.#parts.config.dataDir} cannot be used: ${reason}`]);
    }
  }

  async #startRecords(): Promise<void> {
    const file = join(this.#parts.config.dataDir, RECORDS_FILE);
    try {
      this.#records = await openRecords(file);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError([`DATA_DIR: ${file} cannot be used: ${reason}`]);
    }
  }

  #openRecords(): Records {
    if (!this.#records) throw new Error('the records are not open');
    return this.#records;
  }

  /** Starts a part, and has it closed in its turn even when its start fails half-way. */
  async #begin<T>(start: () => T | Promise<T>, close: () => void | Promise<void>): Promise<T> {
    this.#closers.push(close);
    return start();
  }

  async #startPages(): Promise<void> {
    const { client, isDev, log } = this.#parts;
    if (!client) return;
    if (isDev) {
      const pages = await startDevPages(client.root, this.#web.server, log);
      this.#closers.push(() => pages.close());
      this.#web.usePages(pages.router);
      this.#build = 'dev';
      return;
    }
    try {
      this.#build = await prepareClient(client, log);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError([`the pages could not be built: ${reason}`]);
    }
    this.#web.usePages(pagesRouter(distOf(client)));
  }

  /** Takes up from the store where the last run left off. */
  async #recall(): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#planning.start(() => this.#store.formerTargets());
    this.#followSources();
    await this.#floor.start();
    await this.#book.start();
    for (const id of this.#floor.ids) {
      this.#arrivals.recall(await this.#store.read(id, now - REMEMBERED_MS, now + REMEMBERED_MS));
    }
  }

  /** Hears what the plan in force says is sent. */
  #followSources(): void {
    this.#topics.use(this.#planning.plans.plant.topics);
    if (this.#broker.broker === 'external') this.#broker.refilter();
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

  /** The address at which messages are heard, without secrets. */
  async #startBroker(): Promise<string> {
    const broker = this.#broker;
    if (broker.broker === 'external') {
      await broker.start();
      return broker.url;
    }
    const { mqtt } = this.#parts.config;
    const port = await opened(broker.start(), mqtt, 'MQTT_PORT');
    this.#metrics.watchBroker(broker);
    return urlOf('mqtt', mqtt.host, port);
  }

  async #closeBroker(): Promise<void> {
    this.#broker.stopIntake();
    await this.#store.settled();
    await this.#broker.close();
  }
}

function urlOf(scheme: string, host: string, port: number): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${shown}:${port}`;
}
