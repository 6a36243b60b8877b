/** Waits for an event of emitters that Node's own `once` does not know the types of. */

interface Emitter {
  once: (event: string, listener: (...values: unknown[]) => void) => unknown;
}

/** What the next event of this name brings. */
export function happened(emitter: unknown, event: string): Promise<unknown[]> {
  return new Promise((resolve) => {
    (emitter as Emitter).once(event, (...values) => {
      resolve(values);
    });
  });
}
