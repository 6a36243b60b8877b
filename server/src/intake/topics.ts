/** Which topics carry output and status messages, and of which line. */

import { ID_PATTERN } from '../config/plan.ts';
import { refusal, type Refusal } from './refusal.ts';

export type TopicAddress =
  { readonly ok: true; readonly kind: 'output' | 'status'; readonly line: string } | Refusal;

const STATUS_TOPIC = 'lineside/{line}/status';
/** Lines repeat their topics: what was found is remembered, up to this many. */
const MOST_REMEMBERED = 10_000;

export class TopicMap {
  #patterns: readonly { readonly kind: 'output' | 'status'; readonly levels: string[] }[] = [];
  #spoken = '';
  readonly #known = new Map<string, TopicAddress>();

  /** @param outputTopics each with a level `{line}` */
  constructor(outputTopics: readonly string[]) {
    this.use(outputTopics);
  }

  /** Expects messages on these topics from now on. */
  use(outputTopics: readonly string[]): void {
    this.#known.clear();
    this.#patterns = [
      ...outputTopics.map((topic) => ({ kind: 'output' as const, levels: topic.split('/') })),
      { kind: 'status', levels: STATUS_TOPIC.split('/') },
    ];
    this.#spoken = [...outputTopics, STATUS_TOPIC].join(' or ');
  }

  /** What to subscribe to, so that each message comes once. */
  get filters(): string[] {
    const filters = [...new Set(this.#patterns.map(({ levels }) => filterOf(levels)))];
    return filters.filter(
      (filter) => !filters.some((other) => other !== filter && covers(other, filter)),
    );
  }

  find(topic: string): TopicAddress {
    const known = this.#known.get(topic);
    if (known) return known;
    const address = this.#match(topic);
    if (address.ok) {
      if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
      this.#known.set(topic, address);
    }
    return address;
  }

  #match(topic: string): TopicAddress {
    const levels = topic.split('/');
    for (const { kind, levels: pattern } of this.#patterns) {
      if (pattern.length !== levels.length) continue;
      if (!pattern.every((level, index) => level === '{line}' || level === levels[index])) continue;
      const line = levels[pattern.indexOf('{line}')] ?? '';
      if (ID_PATTERN.test(line)) return { ok: true, kind, line };
      const reason = `"${line.slice(0, 100)}" is no line id; use 1 to 64 letters, digits, "-" or "_"`;
      return refusal('line', reason);
    }
    return refusal('topic', `no readings are expected on this topic; publish to ${this.#spoken}`);
  }
}

const filterOf = (levels: readonly string[]): string =>
  levels.map((level) => (level === '{line}' ? '+' : level)).join('/');

/** Whether whatever matches one filter matches the other, too. */
function covers(wide: string, narrow: string): boolean {
  const [wideLevels, levels] = [wide.split('/'), narrow.split('/')];
  return (
    wideLevels.length === levels.length &&
    wideLevels.every((level, index) => level === '+' || level === levels[index])
  );
}
