/** A store that forgets when the process ends: the rules of the store without a disk. */

import { compareReadings, type Reading } from '@lineside/domain/reading.ts';
import type {
  MinuteDay,
  MinuteStore,
  Prunable,
  Quarantine,
  ReadingQuery,
  ReadingStore,
  Refused,
} from '../ports.ts';
import { lastTold } from './last-told.ts';
import { mergePages } from './merge.ts';
import { KEPT_READINGS } from './prune.ts';

export class MemoryStore implements ReadingStore, Prunable, MinuteStore, Quarantine {
  readonly kind = 'memory';
  readonly reachable = true;
  readonly #lines = new Map<string, Reading[]>();
  readonly #refused: Refused[] = [];
  readonly #days = new Map<string, Map<number, MinuteDay>>();
  #accepted = 0;
  #duplicates = 0;
  #prunedBefore = -Infinity;

  get counts() {
    const quarantined = this.#refused.length;
    return { accepted: this.#accepted, duplicates: this.#duplicates, quarantined };
  }

  get prunedBefore(): number {
    return this.#prunedBefore;
  }

  append(reading: Reading): Promise<boolean> {
    const readings = this.#lines.get(reading.line) ?? [];
    this.#lines.set(reading.line, readings);
    const place = readings.findLastIndex((other) => compareReadings(other, reading) <= 0);
    const before = readings[place];
    const isNew = !before || compareReadings(before, reading) !== 0;
    if (isNew) readings.splice(place + 1, 0, reading);
    this.#accepted += Number(isNew);
    this.#duplicates += Number(!isNew);
    return Promise.resolve(isNew);
  }

  read(line: string, from: number, to: number): Promise<Reading[]> {
    const readings = this.#lines.get(line) ?? [];
    return Promise.resolve(readings.filter(({ at }) => from <= at && at < to));
  }

  async before(line: string, at: number, limit: number): Promise<Reading[]> {
    return limit > 0 ? (await this.read(line, -Infinity, at)).slice(-limit) : [];
  }

  async lastOfEach(line: string, at: number): Promise<Reading[]> {
    return lastTold(await this.read(line, -Infinity, at));
  }

  async prune(before: number): Promise<number> {
    this.#prunedBefore = Math.max(this.#prunedBefore, before);
    let removed = 0;
    for (const [line, readings] of this.#lines) {
      const keptFrom = (await this.before(line, before, KEPT_READINGS))[0]?.at ?? -Infinity;
      const told = [before, keptFrom].map((at) => this.lastOfEach(line, at));
      const keptAt = new Set((await Promise.all(told)).flat().map(({ at }) => at));
      const kept = readings.filter(({ at }) => at >= keptFrom || keptAt.has(at));
      removed += readings.length - kept.length;
      this.#lines.set(line, kept);
    }
    return removed;
  }

  async *pages({ line, from, to }: ReadingQuery): AsyncGenerator<readonly Reading[]> {
    const lines = line === null ? [...this.#lines.keys()] : [line];
    yield* mergePages(lines.map((each) => this.#page(each, from, to)));
  }

  lines(limit: number): Promise<string[]> {
    const lines = [...this.#lines.keys()];
    return Promise.resolve(limit < 0 ? lines : lines.slice(0, limit));
  }

  keepDay(line: string, day: MinuteDay): Promise<void> {
    const days = this.#days.get(line) ?? new Map<number, MinuteDay>();
    this.#days.set(line, days.set(day.day, day));
    return Promise.resolve();
  }

  days(line: string, from: number, to: number): Promise<MinuteDay[]> {
    const days = [...(this.#days.get(line)?.values() ?? [])];
    const asked = days.filter(({ day }) => from <= day && day <= to);
    return Promise.resolve(asked.sort((a, b) => a.day - b.day));
  }

  lastDay(line: string): Promise<number | null> {
    const days = [...(this.#days.get(line)?.keys() ?? [])];
    return Promise.resolve(days.length === 0 ? null : Math.max(...days));
  }

  refuse(refused: Refused): Promise<void> {
    this.#refused.push(refused);
    return Promise.resolve();
  }

  newest(limit: number): Promise<Refused[]> {
    return Promise.resolve(this.#refused.toReversed().slice(0, limit));
  }

  async *#page(line: string, from: number, to: number): AsyncGenerator<readonly Reading[]> {
    yield await this.read(line, from, to);
  }
}
