/** The browser's end of the stream: Socket.IO as the live source wants it. */

import type { ClientEvents, ServerEvents } from '@lineside/domain/wire.ts';
import { io, type Socket } from 'socket.io-client';
import type { LiveSocket } from './live.svelte.ts';

export interface ScreenSocket extends LiveSocket {
  /** Something was written into the shift book. */
  onBook(run: () => void): void;
}

export function openSocket(): ScreenSocket {
  const socket: Socket<ServerEvents, ClientEvents> = io({
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 1_000,
    reconnectionDelayMax: 8_000,
    randomizationFactor: 0.5,
  });
  return {
    onConnect: (run) => socket.on('connect', run),
    onDisconnect: (run) => socket.on('disconnect', run),
    onPoints: (run) => socket.on('points', run),
    onLine: (run) => socket.on('line', run),
    onTick: (run) => socket.on('tick', run),
    onPlan: (run) => socket.on('plan', run),
    onBook: (run) => socket.on('book', run),
    subscribe: (request, answer) => socket.emit('subscribe', request, answer),
    open: () => socket.connect(),
    close: () => socket.disconnect(),
  };
}
