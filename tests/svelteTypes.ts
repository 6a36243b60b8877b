// Checks the client's types, after proof that svelte-check sees errors: it can report none while checking nothing.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** What svelte-check says of one folder, one line for each problem. */
function svelteCheck(folder: string): { exitCode: number | null; lines: string[] } {
  const bin = join(root, 'node_modules/svelte-check/bin/svelte-check');
  const flags = ['--tsconfig', './tsconfig.json', '--output', 'machine', '--fail-on-warnings'];
  const run = spawnSync(process.execPath, [bin, '--workspace', join(root, folder), ...flags], {
    encoding: 'utf8',
  });
  const lines = `${run.stdout}${run.stderr}`.split('\n').map((line) => line.replace(/^\d+ /, ''));
  return { exitCode: run.status, lines: lines.filter((line) => line !== '') };
}

function fail(message: string, lines: readonly string[]): never {
  console.error([...lines, message].join('\n'));
  process.exit(1);
}

const canary = svelteCheck('tests/canary');
const found = (position: string): boolean =>
  canary.lines.some((line) => line.startsWith(`ERROR "Wrong.svelte" ${position}`));
if (canary.exitCode !== 1 || !found('3:') || !found('6:')) {
  fail(
    'svelte-check missed the errors of tests/canary/Wrong.svelte: its verdict means nothing.',
    canary.lines,
  );
}

const components = globSync('client/src/**/*.svelte', { cwd: root });
if (components.length === 0) {
  console.log('client: no components yet');
} else {
  const client = svelteCheck('client');
  if (client.exitCode !== 0) fail('The client has type errors.', client.lines);
}
