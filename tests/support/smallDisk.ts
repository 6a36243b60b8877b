/** A real file system of a few megabytes, to be filled: a disk that is full is no mock. */

import { execFile } from 'node:child_process';
import { open, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const asRoot = async (...command: readonly string[]): Promise<void> => {
  const [file = '', ...rest] = isRoot ? command : ['sudo', '-n', ...command];
  await run(file, rest);
};

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Leaves not one byte. */
  fill: () => Promise<void>;
  /** Makes room again. */
  clear: () => Promise<void>;
  /** From now on nothing can be written. */
  makeReadOnly: () => Promise<void>;
}

/** Rejects where it may not be mounted: that takes root, or sudo without a password. */
export async function aSmallDisk(megabytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'lineside-disk-'));
  await asRoot('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0777`, 'tmpfs', path);
  const filler = join(path, 'filler');
  return {
    path,
    async fill() {
      const file = await open(filler, 'a');
      try {
        for (const bytes of [65_536, 4_096, 1]) await fillWith(file, Buffer.alloc(bytes));
      } finally {
        await file.close();
      }
    },
    clear: () => rm(filler),
    makeReadOnly: () => asRoot('mount', '-o', 'remount,ro', path),
    async [Symbol.asyncDispose]() {
      await asRoot('umount', path);
      await rmdir(path);
    },
  };
}

async function fillWith(
  file: { write: (bytes: Buffer) => Promise<{ bytesWritten: number }> },
  bytes: Buffer,
): Promise<void> {
  try {
    for (;;) await file.write(bytes);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
