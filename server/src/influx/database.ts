/** The connection to an InfluxDB 1.x: every request with a deadline, every failure a value. */

import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { InfluxDB, type IPoint } from 'influx';
import { signInOf, type SignIn } from '../config/sign-in.ts';
import {
  answeredWithin,
  DeadlineError,
  failureOf,
  type Addressee,
  type Answer,
  type Failure,
} from './failure.ts';
import { POLICY, readingsSchema, type Values } from './points.ts';
import { toldSchema } from './told.ts';

export interface DatabaseOptions {
  /** `http(s)://user:password@host:port/database` */
  readonly url: URL;
  /** For a request with its whole answer. */
  readonly deadlineMs: number;
}

/** The rows of one statement; `isCut`: InfluxDB has more, but gives no more in one answer. */
export interface Found {
  readonly rows: readonly Values[];
  readonly isCut: boolean;
}

interface RawAnswer {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values?: readonly Values[]; readonly partial?: true }[];
  }[];
}

const CONNECTIONS = 8;

/** There is one host only: after a failure the next request must reach it all the same. */
const NEVER_OFF = { getDelay: () => 0, next: () => NEVER_OFF, reset: () => NEVER_OFF };

export class InfluxDatabase {
  readonly name: string;
  readonly #url: URL;
  readonly #deadlineMs: number;
  readonly #signIn: SignIn;
  readonly #addressee: Addressee;
  readonly #agent: Agent;
  readonly #closed = new AbortController();

  constructor({ url, deadlineMs }: DatabaseOptions) {
    this.name = decodeURIComponent(url.pathname.slice(1));
    this.#url = url;
    this.#deadlineMs = deadlineMs;
    this.#signIn = signInOf(url);
    const user = this.#signIn.username ?? '';
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    this.#addressee = { host: `${url.hostname}:${port}`, user, database: this.name };
    const options = { keepAlive: true, maxSockets: CONNECTIONS };
    this.#agent = url.protocol === 'https:' ? new SecureAgent(options) : new Agent(options);
  }

  /** Requests under way fail. */
  close(): void {
    this.#closed.abort(new Error('the connection was closed'));
    this.#agent.destroy();
  }

  /** Resolves once the points are on the database's disk, each in place of one with its line and time. */
  write(points: readonly IPoint[]): Promise<Answer<undefined>> {
    return this.#request(async (client) => {
      const { name: database } = this;
      const precision = 'n';
      await client.writePoints([...points], { database, precision, retentionPolicy: POLICY });
      return undefined;
    });
  }

  /**
   * What some statements find, one after the other, times in epoch ms.
   * @param placeholders everything that comes from outside
   */
  async query(
    statements: readonly string[],
    placeholders: Readonly<Record<string, string | number>>,
  ): Promise<Answer<Found[]>> {
    const options = { database: this.name, precision: 'ms' as const, placeholders };
    const answer = await this.#request(
      async (client) => (await client.queryRaw([...statements], options)) as RawAnswer,
    );
    if (!answer.ok) return answer;
    const { results } = answer.value;
    const error = results.find((result) => result.error !== undefined)?.error;
    if (error !== undefined) return answeredWithin(error, this.#addressee);
    const value = results.map(({ series }) => ({
      rows: series?.flatMap(({ values }) => values ?? []) ?? [],
      isCut: series?.some(({ partial }) => partial) ?? false,
    }));
    return { ok: true, value };
  }

  /**
   * Makes the database and our retention policy, or gives the policy another duration. Resolves to
   * what an administrator should do where only that duration is not as it should be.
   */
  async ensure(retentionDays: number | null): Promise<Answer<string | null>> {
    const database = this.name;
    const duration = retentionDays === null ? 'INF' : `${retentionDays}d`;
    const terms = `RETENTION POLICY "${POLICY}" ON "${database}" DURATION ${duration} REPLICATION 1`;
    const making = `CREATE DATABASE "${database}"; CREATE ${terms}`;
    const policies = await this.#request((client) => client.showRetentionPolicies(database));
    const isMissing = !policies.ok && policies.status === 404;
    if (!policies.ok && !isMissing) return unlessAllowed(policies, making);
    if (isMissing) {
      const made = await this.#request((client) => client.createDatabase(database));
      if (!made.ok) return unlessAllowed(made, making);
    }
    const policy = policies.ok ? policies.value.find(({ name }) => name === POLICY) : undefined;
    if (policy?.duration === spelled(retentionDays)) return { ok: true, value: null };
    // In a database that others write to, theirs stays the default.
    const options = { database, duration, replication: 1, isDefault: isMissing };
    const done = await this.#request((client) =>
      policy
        ? client.alterRetentionPolicy(POLICY, options)
        : client.createRetentionPolicy(POLICY, options),
    );
    if (done.ok) return { ok: true, value: null };
    const failed = unlessAllowed(done, policy ? `ALTER ${terms}` : making);
    const isUsable = policy !== undefined && failed.status === 403;
    return isUsable ? { ok: true, value: failed.trouble } : failed;
  }

  async #request<Value>(run: (client: InfluxDB) => Promise<Value>): Promise<Answer<Value>> {
    const deadline = new AbortController();
    const late = new DeadlineError(this.#deadlineMs);
    const timer = setTimeout(() => deadline.abort(late), this.#deadlineMs);
    const signal = AbortSignal.any([deadline.signal, this.#closed.signal]);
    try {
      return { ok: true, value: await raced(run(this.#client(signal)), signal) };
    } catch (error) {
      return failureOf(signal.aborted ? signal.reason : error, this.#addressee);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One for each request: only what belongs to the host takes a signal for writes too. */
  #client(signal: AbortSignal): InfluxDB {
    const { hostname, port, protocol } = this.#url;
    const { username, password } = this.#signIn;
    const isSecure = protocol === 'https:';
    return new InfluxDB({
      hosts: [
        {
          host: hostname,
          port: port === '' ? (isSecure ? 443 : 80) : Number(port),
          protocol: isSecure ? 'https' : 'http',
          options: { agent: this.#agent, signal },
        },
      ],
      username: username ?? '',
      password: password ?? '',
      database: this.name,
      schema: [readingsSchema(this.name), toldSchema(this.name)],
      // Once more: an idle connection may have been closed by the other side just now.
      pool: { backoff: NEVER_OFF, maxRetries: 1, requestTimeout: 2 * this.#deadlineMs },
    });
  }
}

/** What an administrator has to run besides, when we are not allowed to. */
function unlessAllowed(failure: Failure, statements: string): Failure {
  if (failure.status !== 403) return failure;
  const trouble = failure.trouble.replace('GRANT ALL', () => `${statements}; GRANT ALL`);
  return { ...failure, trouble };
}

/** As InfluxDB spells a policy's duration. */
function spelled(days: number | null): string {
  return days === null ? '0s' : `${days * 24}h0m0s`;
}

/** An answer that is cut off leaves the package waiting for ever; the signal does not. */
function raced<Value>(answer: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  if (signal.aborted) reject(signal.reason as Error);
  return Promise.race([answer, promise]);
}
