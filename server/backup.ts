/** `npm run backup -- <file>`: copies the database while Lineside runs. The process: arguments, environment, exit code. */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from './src/config/settings.ts';
import { backUp } from './src/readings/backup.ts';

const HELP = `npm run backup -- <file>

Copies the database of DATA_DIR (without one, the demo's) to a new file, whether Lineside runs or not.
`;

function complain(problem: string): void {
  process.exitCode = 1;
  process.stderr.write(`No backup was made: ${problem}\n`);
}

/** The plant's own database before the demo's. */
function databaseIn(dataDir: string): string | undefined {
  return ['lineside.db', join('demo', 'lineside.db')]
    .map((file) => join(dataDir, file))
    .find((file) => existsSync(file));
}

async function run(copyFile: string): Promise<void> {
  const read = readSettings(process.env);
  if (!read.ok) {
    complain(read.problems.join('; '));
    return;
  }
  const dataDir = resolve(read.settings.DATA_DIR);
  const database = databaseIn(dataDir);
  if (database === undefined) {
    complain(`DATA_DIR ${dataDir} has no lineside.db; set DATA_DIR to what Lineside uses`);
    return;
  }
  try {
    const bytes = await backUp(database, resolve(copyFile));
    process.stdout.write(
      `${database} is backed up to ${copyFile}: ${(bytes / 1e6).toFixed(1)} MB, checked.\n` +
        `To restore it: stop Lineside, put it in the place of ${database}, ` +
        'remove lineside.db-wal and lineside.db-shm beside that, and start Lineside.\n',
    );
  } catch (error) {
    complain(error instanceof Error ? error.message : String(error));
  }
}

try {
  process.loadEnvFile('.env');
} catch {
  // No .env: the environment is all there is.
}
const { positionals, values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { help: { type: 'boolean' } },
});
const [copyFile, ...others] = positionals;
if (values.help === true) process.stdout.write(HELP);
else if (copyFile === undefined || others.length > 0) {
  complain(`name one file to copy to.\n\n${HELP}`.trimEnd());
} else await run(copyFile);
