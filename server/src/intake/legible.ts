/** Bytes that were not understood, made readable for a person. */

const MOST_BYTES = 4_096;

/** The first 4 KiB: as text, or in hexadecimal where they are no text. */
export function legible(payload: Uint8Array): string {
  const head = payload.subarray(0, MOST_BYTES);
  const isCut = payload.length > MOST_BYTES;
  try {
    // Streaming forgives a character cut in two at the end.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: isCut });
    // eslint-disable-next-line no-control-regex -- control characters are what tells binary from text
    if (!/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) return text;
  } catch {
    // Not text: shown in hexadecimal below.
  }
  return `hex:${Buffer.from(head).toString('hex')}`;
}
