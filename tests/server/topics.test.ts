import { expect, test } from 'vitest';
import { TopicMap } from '../../server/src/intake/topics.ts';

const filters = (...topics: string[]): string[] => new TopicMap(topics).filters;

test('filters stand for every line', () => {
  expect(filters('lineside/{line}/output', 'works/hall-2/{line}/count')).toEqual([
    'lineside/+/output',
    'works/hall-2/+/count',
    'lineside/+/status',
  ]);
});

test('a filter that another one covers is left out, or its messages would come twice', () => {
  expect(filters('{line}/hall/count', 'works/{line}/count', '{line}/press/status')).toEqual([
    '+/hall/count',
    'works/+/count',
    '+/press/status',
    'lineside/+/status',
  ]);
  expect(filters('lineside/{line}/status')).toEqual(['lineside/+/status']);
});
