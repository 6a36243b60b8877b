/** The bare limit: aedes that only acknowledges, without decoding, storing or showing anything. */

import { createServer } from 'node:net';
import { Aedes } from 'aedes';

const broker = await Aedes.createBroker();
const server = createServer((socket) => {
  broker.handle(socket);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') {
    console.log(`ready mqtt://127.0.0.1:${address.port}`);
  }
});
