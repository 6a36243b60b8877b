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
async function write(file: string, told: Told): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify({ version: VERSION, ...told }));
  await rename(`${file}.new`, file);
}

/** Keeps what was told in one file, one write after the other, whoever asks for it. */
export function keeperOf(file: string): (told: Told) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (told) => {
    const next = (): Promise<void> => write(file, told);
    // One failure must not keep the next from trying.
    last = last.then(next, next);
    return last;
  };
}
