// InfluxDB as docker-compose.yml has it set up: Debian's influxd, and what the image runs at its first start.
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort, start } from '../bench/process.ts';
import { aFolder } from '../support/product.ts';

const hasInfluxd = spawnSync('influxd', ['version']).error === undefined;
const COMPOSE = resolve(import.meta.dirname, '../../docker-compose.yml');

interface Answer {
  readonly status: number;
  readonly body: string;
}

test("Lineside's user finds its retention policy, writes and reads there, and may do nothing else", async (context) => {
  if (!hasInfluxd) context.skip('influxdb is not installed');
  const { services } = parse(await readFile(COMPOSE, 'utf8'), { merge: true }) as {
    readonly services: {
      readonly influxdb: { readonly environment: Readonly<Record<string, string>> };
    };
  };
  const given = services.influxdb.environment;
  const { INFLUXDB_DB = '', INFLUXDB_USER = '', INFLUXDB_ADMIN_USER = '' } = given;
  const policy = given['INFLUXDB_DB_RETENTION_POLICY']?.replace('${RETENTION_DAYS:-400}', '400');
  await using folder = await aFolder();
  const [http, rpc] = [await freePort(), await freePort()];
  const config = join(folder.path, 'influxdb.conf');
  await writeFile(
    config,
    `bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder.path}/meta"
[data]
  dir = "${folder.path}/data"
  wal-dir = "${folder.path}/wal"
[http]
  bind-address = "127.0.0.1:${http}"
`,
  );
  const env = Object.fromEntries(
    Object.entries(given).filter(([name]) => /_(HTTP_|MONITOR_|REPORTING_)/.test(name)),
  );
  const args = ['-config', config];
  await using running = await start({ command: 'influxd', args, env, ready: /Listening for sig/ });
  expect(running.pid).toBeGreaterThan(0);

  const as = (user: string) => {
    const headers = { authorization: `Basic ${btoa(`${user}:secret-of-${user}`)}` };
    const post = async (path: string, body: string | URLSearchParams): Promise<Answer> => {
      const response = await fetch(`http://127.0.0.1:${http}/${path}`, {
        method: 'POST',
        headers,
        body,
      });
      return { status: response.status, body: await response.text() };
    };
    return {
      ask: (q: string) => post(`query?db=${INFLUXDB_DB}`, new URLSearchParams({ q })),
      write: (line: string) => post(`write?db=${INFLUXDB_DB}&rp=lineside`, line),
    };
  };
  const [admin, lineside, nobody] = [as(INFLUXDB_ADMIN_USER), as(INFLUXDB_USER), as('nobody')];
  for (const statement of [
    `CREATE USER "${INFLUXDB_ADMIN_USER}" WITH PASSWORD 'secret-of-${INFLUXDB_ADMIN_USER}' WITH ALL PRIVILEGES`,
    `CREATE DATABASE ${INFLUXDB_DB} ${policy ?? ''}`,
    `CREATE USER "${INFLUXDB_USER}" WITH PASSWORD 'secret-of-${INFLUXDB_USER}'`,
    `GRANT ALL ON "${INFLUXDB_DB}" TO "${INFLUXDB_USER}"`,
  ]) {
    expect(await admin.ask(statement)).toMatchObject({ status: 200 });
  }

  const policies = await lineside.ask('SHOW RETENTION POLICIES');
  expect(policies.body).toContain('"values":[["lineside","9600h0m0s",');
  expect(await lineside.write('readings,line=press-1 good=5i')).toMatchObject({ status: 204 });
  expect((await lineside.ask('SELECT good FROM readings')).body).toContain(',5]');
  for (const refused of ['CREATE DATABASE other', 'DROP DATABASE lineside', 'SHOW USERS']) {
    expect(await lineside.ask(refused), refused).toMatchObject({ status: 403 });
  }
  expect(await nobody.ask('SELECT good FROM readings')).toMatchObject({ status: 401 });
  expect(await nobody.write('readings,line=press-1 good=6i')).toMatchObject({ status: 401 });
});
