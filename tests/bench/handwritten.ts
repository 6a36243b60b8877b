/** The peer: what a capable person writes in an afternoon on mosquitto, mqtt.js, influx and socket.io. */

import { createServer } from 'node:http';
import { InfluxDB } from 'influx';
import mqtt from 'mqtt';
import { Server } from 'socket.io';

const influx = new InfluxDB(process.env['INFLUX'] ?? '');
await influx.createDatabase('plant');
const web = createServer();
const io = new Server(web);
const client = mqtt.connect(process.env['BROKER'] ?? '');
client.on('message', (topic, payload) => {
  const reading = JSON.parse(payload.toString()) as { good: number; ts: number };
  const line = topic.split('/')[1] ?? '';
  io.emit('reading', { line, ...reading });
  void influx.writePoints([
    {
      measurement: 'output',
      tags: { line },
      fields: { good: reading.good },
      timestamp: `${reading.ts}000000`,
    },
  ]);
});
await client.subscribeAsync('lineside/+/output', { qos: 1 });
web.listen(0, '127.0.0.1', () => {
  console.log('ready');
});
