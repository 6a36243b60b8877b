/** The peer: what a capable person writes in an afternoon on mosquitto, mqtt.js, influx and socket.io. */

import { createServer } from 'node:http';
import { InfluxDB, type IPoint } from 'influx';
import mqtt from 'mqtt';
import { Server } from 'socket.io';

const influx = new InfluxDB(process.env['INFLUX'] ?? '');
await influx.createDatabase('plant');
const web = createServer();
const io = new Server(web);
const client = mqtt.connect(process.env['BROKER'] ?? '');
/** Some write each reading at once, some gather for a while. */
const batchMs = Number(process.env['BATCH_MS'] ?? 0);
let batch: IPoint[] = [];
const flush = (): void => {
  const written = batch;
  batch = [];
  if (written.length === 0) return;
  // A write that fails is lost: nothing in this script would try it again.
  influx.writePoints(written).catch((error: unknown) => {
    console.error(`lost ${written.length} readings: ${String(error)}`);
  });
};
if (batchMs > 0) setInterval(flush, batchMs);
client.on('message', (topic, payload) => {
  const reading = JSON.parse(payload.toString()) as { good: number; ts: number };
  const line = topic.split('/')[1] ?? '';
  io.emit('reading', { line, ...reading });
  const point = {
    tags: { line },
    fields: { good: reading.good },
    timestamp: `${reading.ts}000000`,
  };
  batch.push({ measurement: 'output', ...point });
  if (batchMs === 0) flush();
});
await client.subscribeAsync('lineside/+/output', { qos: 1 });
web.listen(0, '127.0.0.1', () => {
  console.log('ready');
});
