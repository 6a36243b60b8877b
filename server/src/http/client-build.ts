/** Has the client's pages ready: built when they are missing or older than their sources. */

import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../ports.ts';

export interface ClientFolders {
  readonly root: string;
  /** Folders and files from which the client is built. */
  readonly sources: readonly string[];
}

/** Where the built client lies. */
export const distOf = ({ root }: ClientFolders): string => join(root, 'dist');

/** Builds where needed; resolves to what tells this build of the pages from others. */
export async function prepareClient(client: ClientFolders, log: Log): Promise<string> {
  const page = join(distOf(client), 'index.html');
  const builtAt = await changedAt(page);
  const changed = await Promise.all(client.sources.map(newestIn));
  if (builtAt === null || Math.max(...changed) > builtAt) {
    log.info({}, 'building the pages');
    const { build } = await import('vite');
    await build({ root: client.root, logLevel: 'silent' });
  }
  return createHash('sha256')
    .update(await readFile(page))
    .digest('hex')
    .slice(0, 12);
}

async function changedAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return null;
  }
}

async function newestIn(path: string): Promise<number> {
  const own = (await changedAt(path)) ?? 0;
  let entries: string[];
  try {
    entries = await readdir(path, { recursive: true });
  } catch {
    return own;
  }
  const times = await Promise.all(entries.map((entry) => changedAt(join(path, entry))));
  return Math.max(own, ...times.map((time) => time ?? 0));
}
