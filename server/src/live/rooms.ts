/** Screens that want the same lines share a room, so that each frame is encoded once for all of them. */

interface Room {
  readonly name: string;
  /** `null`: every line. */
  readonly lines: ReadonlySet<string> | null;
}

export class Rooms {
  readonly #rooms = new Map<string, Room>();

  /** The room for these lines. */
  nameFor(lines: readonly string[] | 'all'): string {
    const ids = lines === 'all' ? null : [...new Set(lines)].sort();
    const name = ids ? `lines:${ids.join(',')}` : 'lines';
    if (!this.#rooms.has(name)) this.#rooms.set(name, { name, lines: ids && new Set(ids) });
    return name;
  }

  /** Forgets a room that everyone has left. */
  forget(name: string): void {
    this.#rooms.delete(name);
  }

  isRoom(name: string): boolean {
    return this.#rooms.has(name);
  }

  all(): Iterable<Room> {
    return this.#rooms.values();
  }

  /** Names of all rooms in which a line is shown. */
  showing(line: string): string[] {
    return [...this.#rooms.values()]
      .filter(({ lines }) => lines === null || lines.has(line))
      .map(({ name }) => name);
  }
}
