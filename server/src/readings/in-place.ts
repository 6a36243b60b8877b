/** Notices that the database's files are no longer the ones that were opened: what is written to them is lost. */

import { statSync } from 'node:fs';

/** A check that throws once a file was deleted, moved or replaced. */
export function inPlaceCheck(files: readonly string[]): () => void {
  const opened = files.map((file) => ({ file, identity: identityOf(file) }));
  return () => {
    for (const { file, identity } of opened) {
      if (identityOf(file) === identity) continue;
      throw new Error(
        `${file} was deleted, moved or replaced while Lineside ran; ` +
          'put it back, or stop Lineside, restore a backup and start again',
      );
    }
  };
}

function identityOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.dev} ${found.ino}` : null;
}
