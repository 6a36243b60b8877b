// Holds the layout: one direction of imports, no loops, a pure core, one file that touches the process, two that choose adapters.
import { globSync, readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breaches } from './support/architecture.ts';

const root = resolve(import.meta.dirname, '..');

function projectSources(): Map<string, string> {
  const paths = globSync('{domain,client,server,simulators}/**/*.{ts,svelte}', {
    cwd: root,
    exclude: ['**/node_modules', 'client/dist'],
  });
  return new Map(
    paths.map((path) => [path.split(sep).join('/'), readFileSync(resolve(root, path), 'utf8')]),
  );
}

test('the project keeps its layout', () => {
  const sources = projectSources();
  expect(sources.size).toBeGreaterThan(0);
  expect(breaches(sources)).toEqual([]);
});

describe('what it refuses', () => {
  const refused: [name: string, files: Record<string, string>, breach: string][] = [
    [
      'the server importing the client',
      { 'server/src/app.ts': `import { floor } from '../../client/src/floor.svelte.ts';` },
      'it may import only itself and domain',
    ],
    [
      'the client importing the server by its package name, from a component',
      {
        'client/src/App.svelte': `<script lang="ts">
          import type { Plan } from '@lineside/server/src/plan.ts';
        </script>`,
      },
      'it may import only itself and domain',
    ],
    [
      'a simulator imported on demand',
      { 'server/src/app.ts': `const line = await import('@lineside/simulators/line.ts');` },
      'it may import only itself and domain',
    ],
    [
      'the core importing another folder',
      { 'domain/board.ts': `import { clock } from '../server/src/clock.ts';` },
      'it may import only itself and domain',
    ],
    [
      'the core importing Node',
      { 'domain/board.ts': `import { readFileSync } from 'node:fs';` },
      'domain imports only itself',
    ],
    [
      'the core importing a package',
      { 'domain/board.ts': `export { z } from 'zod'; export const one = 1;` },
      'domain imports only itself',
    ],
    ['the core reading the clock', { 'domain/board.ts': `const at = Date.now();` }, 'Date.now'],
    ['the core asking for today', { 'domain/board.ts': `const at = new Date();` }, 'present Date'],
    ['the core rolling dice', { 'domain/board.ts': `const x = Math.random();` }, 'Math.random'],
    ['the core using the DOM', { 'domain/board.ts': `document.title = 'x';` }, 'uses document'],
    [
      'process outside of main.ts',
      { 'server/src/config.ts': `export const port = process.env.PORT;` },
      'only server/src/main.ts does',
    ],
    [
      'process imported outside of main.ts',
      {
        'server/src/config.ts': `import { env } from 'node:process'; export const port = env.PORT;`,
      },
      'only server/src/main.ts does',
    ],
    [
      'a store chosen outside of stores.ts and door.ts',
      {
        'server/src/live/floor.ts': `import { SqliteStore } from '../readings/sqlite.ts'; export const store = new SqliteStore();`,
      },
      'only stores.ts and door.ts choose adapters',
    ],
    [
      'a loop of two files',
      {
        'domain/track.ts': `import { totals } from './counter.ts';`,
        'domain/counter.ts': `import type { Track } from '@lineside/domain/track.ts';`,
      },
      'import loop: domain/track.ts -> domain/counter.ts -> domain/track.ts',
    ],
    [
      'a loop behind a file that is not part of it',
      {
        'client/src/main.ts': `import './a.ts';`,
        'client/src/a.ts': `import './B.svelte';`,
        'client/src/B.svelte': `<script module lang="ts">import './a.ts';</script>`,
      },
      'import loop: client/src/a.ts -> client/src/B.svelte -> client/src/a.ts',
    ],
    [
      'a barrel',
      {
        'server/src/live/index.ts': `export * from './floor.ts'; export { a } from './stream.ts';`,
      },
      'import those',
    ],
  ];

  test.each(refused)('%s', (_name, files, breach) => {
    const found = breaches(new Map(Object.entries(files)));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(breach);
  });
});

test('what it allows: the core from anywhere, names of our own, dates from a given instant', () => {
  const files = {
    'domain/shift.ts': `
      // Date.now() and process are fine in a comment.
      export interface Shift { window: number; process: string }
      export function minutes(window: { start: number }): number { return window.start; }
      export const iso = (at: number): string => new Date(at).toISOString();`,
    'domain/board.ts': `import { minutes } from './shift.ts'; export const plan = minutes;`,
    'server/src/main.ts': `import { plan } from '@lineside/domain/board.ts'; process.exitCode = plan;`,
    'server/src/door.ts': `import { Broker } from './broker/broker.ts'; export const broker = new Broker();`,
    'server/src/metrics.ts': `import type { BrokerEvents } from './broker/broker.ts'; export const told: BrokerEvents[] = [];`,
    'server/src/app.ts': `import express from 'express'; import '@lineside/domain/shift.ts';`,
    'client/src/Page.svelte': `<script lang="ts">import { plan } from '@lineside/domain/board.ts';</script>`,
  };
  expect(breaches(new Map(Object.entries(files)))).toEqual([]);
});
