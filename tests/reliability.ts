/**
 * Kills the server 100 times with every broker and every store, and writes what it found to
 * docs/reliability.md: `npm run reliability`, or `KILLS=20 SEED=7 npm run reliability`.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { COMBINATIONS, killAgainAndAgain, type KillFigures } from './support/kills.ts';
import { seeded } from './support/random.ts';

const KILLS = Number(process.env['KILLS'] ?? 100);
const PAGE = new URL('../docs/reliability.md', import.meta.url);
const [BEGIN, END] = ['<!-- table -->', '<!-- /table -->'];

const HEAD = [
  'broker',
  'store',
  'kills of the server',
  'of InfluxDB with it',
  'sent',
  'acknowledged',
  'acknowledged and lost',
  'counted twice',
  'in InfluxDB',
  'seed',
];

const number = (value: number): string => value.toLocaleString('en-US');

function rowOf(names: readonly string[], figures: KillFigures, seed: number): string {
  const { kills, databaseKills, sent, acknowledged, lost, stored, distinct, inDatabase } = figures;
  const counts = [kills, databaseKills, sent, acknowledged, lost, stored - distinct];
  const database = inDatabase === null ? '' : number(inDatabase);
  return `| ${[...names, ...counts.map(number), database, String(seed)].join(' | ')} |`;
}

/** Whether all is as promised. */
const holds = ({ sent, acknowledged, lost, stored, distinct, inDatabase }: KillFigures): boolean =>
  acknowledged === sent &&
  lost === 0 &&
  stored === distinct &&
  (inDatabase === null || inDatabase === stored);

const rows = [`| ${HEAD.join(' | ')} |`, `| ${HEAD.map(() => '---').join(' | ')} |`];
for (const combination of COMBINATIONS) {
  const random = seeded();
  const figures = await killAgainAndAgain(combination, KILLS, random);
  const row = rowOf([combination.broker, combination.database], figures, random.seed);
  console.log(row);
  rows.push(row);
  if (!holds(figures)) process.exitCode = 1;
}

const day = new Date().toLocaleDateString('en-GB', { dateStyle: 'long' });
const table = [BEGIN, '', `Written by the run of ${day}:`, '', ...rows, '', END].join('\n');
const page = await readFile(PAGE, 'utf8');
const [before = '', rest = ''] = page.split(BEGIN);
await writeFile(PAGE, `${before}${table}${rest.split(END)[1] ?? '\n'}`);
