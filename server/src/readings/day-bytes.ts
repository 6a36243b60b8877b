/** A day by the minute as bytes: its columns of differences repeat themselves, and shrink to a few kilobytes. */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { EncodedTrack } from '@lineside/domain/wire.ts';

export function dayToBytes(track: EncodedTrack): Uint8Array {
  return deflateRawSync(JSON.stringify(track), { level: 9 });
}

export function dayFromBytes(bytes: Uint8Array): EncodedTrack {
  return JSON.parse(inflateRawSync(bytes).toString()) as EncodedTrack;
}
