import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { ViewsAnswer } from '@lineside/domain/wire.ts';
import express from 'express';
import { expect, test } from 'vitest';
import { viewsRouter } from '../../server/src/http/views.ts';
import { Shelf } from '../../server/src/live/shelf.ts';
import { Calendar } from '../../server/src/plan/calendar.ts';
import { factsWith, MORNING } from '../support/builders.ts';

const LINES = ['press-3', 'press-1', 'press-2'];

test('a shift is opened line by line: live screens have their turn in between', async () => {
  let [open, most] = [0, 0];
  const within = async (id: string) => {
    most = Math.max(most, ++open);
    await new Promise((answered) => setImmediate(answered));
    open -= 1;
    return { ...factsWith([]), line: { id, name: id, area: '' } };
  };
  const router = viewsRouter({
    plant: { name: 'Plant', timeZone: 'UTC', demo: false, retentionDays: 400, mqttPort: 0 },
    build: () => 'none',
    plans: { calendar: new Calendar(), linesIn: () => [] },
    floor: { ids: LINES },
    facts: { check: () => undefined, isDiscovered: () => false, standsIn: () => false, within },
    shelf: new Shelf(),
    clock: { now: () => MORNING },
  });
  const server = createServer(express().use(router)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/views`);
  const { lines } = (await response.json()) as ViewsAnswer;
  server.close();
  expect(lines.map(({ line }) => line.id)).toEqual(LINES);
  expect(most).toBe(1);
});
