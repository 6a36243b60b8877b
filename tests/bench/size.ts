/** The JavaScript that a browser must load before a page shows, gzipped. */

import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = resolve(import.meta.dirname, '../../client/dist');

export async function size(): Promise<string[]> {
  const page = await readFile(join(DIST, 'index.html'), 'utf8');
  const initial = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path]) => path ?? '');
  let bytes = 0;
  for (const path of initial) bytes += gzipSync(await readFile(join(DIST, path))).length;
  const assets = (await readdir(join(DIST, 'assets'))).filter((name) => name.endsWith('.js'));
  return [
    `initial JavaScript: ${(bytes / 1024).toFixed(1)} KiB gzipped in ${initial.length} file(s); ` +
      `${assets.length - initial.length} more load when needed (aim: at most 120 KB)`,
  ];
}
