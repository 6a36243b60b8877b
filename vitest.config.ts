// Which tests there are: one project for each folder of tests/, so that `check` can run the fast ones alone.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

/** No measure of speed: the machine may be busy with other things. */
const PATIENCE_MS = 60_000;

/** Pure or in-process: many at a time. */
function fast(name: string, include = [`tests/${name}/**/*.test.ts`]): TestProjectConfiguration {
  return { test: { name, include, testTimeout: PATIENCE_MS, sequence: { groupOrder: 0 } } };
}

/** With real brokers, stores and browsers, which share the machine: one file at a time, later. */
function real(name: string, groupOrder: number): TestProjectConfiguration {
  return {
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      maxWorkers: 1,
      testTimeout: PATIENCE_MS,
      hookTimeout: PATIENCE_MS,
      sequence: { groupOrder },
    },
  };
}

/** Svelte as in a browser: in the server's flavour `$state` would not react. */
const client: TestProjectConfiguration = {
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  resolve: { conditions: ['browser'] },
  test: {
    name: 'client',
    include: ['tests/client/**/*.test.ts'],
    testTimeout: PATIENCE_MS,
    environment: './tests/support/browserless.ts',
    server: { deps: { inline: ['svelte'] } },
    sequence: { groupOrder: 0 },
  },
};

export default defineConfig({
  test: {
    projects: [
      fast('architecture', [
        'tests/architecture.test.ts',
        'tests/support/**/*.test.ts',
        'tests/soak/**/*.test.ts',
      ]),
      fast('domain'),
      fast('server'),
      fast('simulators'),
      client,
      real('contract', 1),
      real('chaos', 2),
      real('journey', 3),
    ],
  },
});
