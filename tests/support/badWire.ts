/** A wire to a server that can be made to fail: it hangs, or breaks before an answer or within it. */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** `cut-answer`: what comes back breaks off within its body. `cut-request`: breaks once something is sent. */
export type WireState = 'good' | 'hanging' | 'cut-answer' | 'cut-request' | 'cut-behind-answer';

export interface BadWire extends AsyncDisposable {
  readonly port: number;
  /** For connections from now on; those there are end. */
  set: (state: WireState) => void;
  /** Connections from the client that are open. */
  readonly open: number;
}

/** @param to port on this machine */
export async function aBadWire(to: number): Promise<BadWire> {
  let state: WireState = 'good';
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => undefined).once('close', () => sockets.delete(near));
    lay(near, to, state);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    set: (next) => {
      state = next;
      end();
    },
    get open() {
      return sockets.size;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      end();
      await once(server, 'close');
    },
  };
}

function lay(near: Socket, to: number, state: WireState): void {
  if (state === 'hanging') {
    near.resume();
    return;
  }
  if (state === 'cut-request') {
    near.once('data', () => near.destroy());
    return;
  }
  const far = connect(to, '127.0.0.1');
  far.on('error', () => near.destroy()).once('close', () => near.destroy());
  near.once('close', () => far.destroy());
  near.pipe(far);
  if (state === 'good') far.pipe(near);
  // The answer arrived at the wire: the request was carried out.
  else if (state === 'cut-behind-answer') far.once('data', () => near.destroy());
  else cutWithinBody(far, near);
}

/** Passes on the head of an answer and the first bytes of its JSON. */
function cutWithinBody(far: Socket, near: Socket): void {
  let answer = '';
  far.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
    const body = answer.indexOf('{');
    if (body >= 0 && near.writable) near.end(answer.slice(0, body + 9), 'latin1');
  });
}
