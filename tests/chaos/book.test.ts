import { expect, test } from 'vitest';
import type { BookAnswer, HandoverAnswer } from '@lineside/domain/book-wire.ts';
import { aPlant } from '../support/plants.ts';
import { aFolder, startProduct, type Product } from '../support/product.ts';

async function post(product: Product, path: string, body: unknown): Promise<number> {
  const response = await fetch(product.http + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.body?.cancel();
  return response.status;
}

test('what the shift book has taken outlives a power cut', async () => {
  await using folder = await aFolder();
  const options = { folder: folder.path, plant: aPlant(['press-1']) };
  await using product = await startProduct(options);
  const { shift, hours } = await product.get<BookAnswer>('/api/lines/press-1/book');
  const hour = hours[0]?.start ?? '';
  const entry = { kind: 'reason', reason: 'jam', countermeasure: 'new rail' };
  expect(await post(product, '/api/lines/press-1/book', { hour, who: 'Ada', entry })).toBe(201);
  const note = { kind: 'note', shift: shift?.id, who: 'Ada', note: 'oil is low' };
  expect(await post(product, '/api/handover', note)).toBe(201);
  await product.kill();

  await using again = await startProduct(options);
  const book = await again.get<BookAnswer>(`/api/lines/press-1/book?at=${hour}`);
  expect(book.hours[0]?.reason).toMatchObject({ who: 'Ada', reason: 'jam' });
  const handover = await again.get<HandoverAnswer>(`/api/handover?shift=${shift?.id ?? ''}`);
  expect(handover.notes).toMatchObject([{ who: 'Ada', note: 'oil is low' }]);
  expect(again.logged()).toBe('');
});
