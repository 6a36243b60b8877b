/** Whether a screen takes what it is sent: a sleeping laptop or a network too slow does not. */

import type { Socket } from 'socket.io';

type Screen = Pick<Socket, 'conn'>;

/** Whether the screen has not taken yet what it was sent last. */
export const isStalled = ({ conn }: Screen): boolean => !conn.transport.writable;

/** Resolves when the screen has taken everything sent so far, or is gone. Pings find out who is. */
export async function caughtUp(screen: Screen): Promise<void> {
  const { conn } = screen;
  while (conn.readyState === 'open' && isStalled(screen)) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => resolve(undefined);
    const { transport } = conn;
    transport.once('ready', wake);
    conn.once('close', wake);
    await promise;
    transport.off('ready', wake);
    conn.off('close', wake);
  }
}
