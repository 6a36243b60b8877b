/** What has been told of a story so far, kept in a file: a second start goes on instead of beginning again. */

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Story } from './scenario.ts';

/** Raised when the model would tell an old story differently. */
const VERSION = 1;

export interface Told {
  readonly story: Story;
  /** Shifts of which every message is acknowledged. */
  readonly shiftIds: readonly string[];
  /** Live messages due until then are acknowledged; epoch ms. */
  readonly through: number;
}

/** `null` where there is no file, or none that this version can go on from. */
export async function readTold(file: string): Promise<Told | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    const kept = JSON.parse(text) as Told & { version: number };
    return kept.version === VERSION ? kept : null;
  } catch {
    return null;
  }
}

/** Writes beside the file and renames, so that a crash leaves the old or the new, never half of it. */
export async function writeTold(file: string, told: Told): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify({ version: VERSION, ...told }));
  await rename(`${file}.new`, file);
}
