/** What people of the demo plant have written before its book is shown: some explained, some signed off, some open. */

import type { BookWrite, HandoverAnswer, HandoverWrite } from '@lineside/domain/book-wire.ts';
import type { Product } from '../support/product.ts';

interface Explained {
  readonly reason: string;
  readonly countermeasure: string;
  readonly countermeasureDone: boolean;
  readonly signedOff: boolean;
}

const EXPLAINED: readonly Explained[] = [
  {
    reason: 'Feeder jammed after the coil change: guide rail worn',
    countermeasure: 'New guide rail; feeder checked at each coil change',
    countermeasureDone: true,
    signedOff: true,
  },
  {
    reason: 'Ran slow on the worn die',
    countermeasure: 'Die to the tool shop on Friday',
    countermeasureDone: false,
    signedOff: true,
  },
  {
    reason: 'Waited for the forklift',
    countermeasure: '',
    countermeasureDone: false,
    signedOff: false,
  },
];

async function write(
  product: Product,
  path: string,
  body: BookWrite | HandoverWrite,
): Promise<void> {
  const answer = await fetch(product.http + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/** Explains the first short hours of the shift that ended last, and leaves a note. */
export async function writeBook(product: Product): Promise<void> {
  const { shift, lines } = await product.get<HandoverAnswer>('/api/handover');
  if (!shift) throw new Error('the demo plant has no shift that has ended');
  const short = lines.flatMap(({ line, hours }) =>
    hours.filter((hour) => hour.short).map(({ start }) => ({ line: line.id, hour: start })),
  );
  for (const [index, { signedOff, ...explained }] of EXPLAINED.entries()) {
    const place = short[index];
    if (!place) return;
    const path = `/api/lines/${place.line}/book`;
    const { hour } = place;
    await write(product, path, { hour, who: 'Ada', entry: { kind: 'reason', ...explained } });
    if (signedOff) await write(product, path, { hour, who: 'Bo', entry: { kind: 'signOff' } });
  }
  const note =
    'Press 1 loses oil at the clutch. A seal is ordered, top up at the start of a shift.';
  await write(product, '/api/handover', { kind: 'note', shift: shift.id, who: 'Ada', note });
}
