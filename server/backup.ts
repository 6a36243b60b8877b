/** `npm run backup -- <file>`: copies the databases while Lineside runs. The process: arguments, environment, exit code. */

import { existsSync } from 'node:fs';
import { dirname, join, parse, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from './src/config/settings.ts';
import { backUp, checkFree } from './src/readings/backup.ts';

const HELP = `npm run backup -- <file>

Copies the readings of DATA_DIR (without any, the demo's) to a new file, and its records (the plan, reasons,
handovers) to another one beside that, whether Lineside runs or not.
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

/** Where the records go: `monday-records.db` beside `monday.db`. */
function besides(copyFile: string): string {
  const { dir, name, ext } = parse(copyFile);
  return join(dir, `${name}-records${ext}`);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

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
  const records = join(dirname(database), 'records.db');
  const copies = [{ from: database, to: copyFile }];
  if (existsSync(records)) copies.push({ from: records, to: besides(copyFile) });
  try {
    for (const { to } of copies) checkFree(resolve(to));
    for (const { from, to } of copies) {
      const bytes = await backUp(from, resolve(to));
      process.stdout.write(`${from} is backed up to ${to}: ${megabytes(bytes)}, checked.\n`);
    }
    process.stdout.write(
      `To restore: stop Lineside, put ${copies.length > 1 ? 'both' : 'it'} in the place of what was backed up, ` +
        'remove the files ending in -wal and -shm beside that, and start Lineside.\n',
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
