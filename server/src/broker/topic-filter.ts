/** MQTT's topic filters: which topics one matches, and which of many match one topic. */

import type { Subscription } from 'aedes';

export type QoS = Subscription['qos'];

/** Whether a filter's wildcards say yes to a topic; those at its start say no to topics that begin with `$`. */
export function matches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const levels = topic.split('/');
  const wanted = filter.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length) return false;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}

interface Node {
  readonly children: Map<string, Node>;
  /** Who subscribed to the filter that ends here. */
  readonly here: Map<string, QoS>;
}

const aNode = (): Node => ({ children: new Map(), here: new Map() });

/** The filters of many subscribers: a topic finds its own without asking each of them. */
export class FilterTree {
  readonly #root = aNode();

  set(filter: string, subscriber: string, qos: QoS): void {
    let node = this.#root;
    for (const level of filter.split('/')) {
      let child = node.children.get(level);
      if (!child) node.children.set(level, (child = aNode()));
      node = child;
    }
    node.here.set(subscriber, qos);
  }

  delete(filter: string, subscriber: string): void {
    prune(this.#root, filter.split('/'), 0, subscriber);
  }

  /** Each subscriber with a filter that matches, and the highest quality of service among those. */
  match(topic: string): Map<string, QoS> {
    const found = new Map<string, QoS>();
    if (this.#root.children.size === 0) return found;
    const levels = topic.split('/');
    const take = (node: Node | undefined): void => {
      for (const [subscriber, qos] of node?.here ?? []) {
        if (qos >= (found.get(subscriber) ?? 0)) found.set(subscriber, qos);
      }
    };
    const visit = (node: Node, depth: number): void => {
      const isWild = depth > 0 || !topic.startsWith('$');
      // "a/#" matches "a" itself, too.
      if (isWild) take(node.children.get('#'));
      const level = levels[depth];
      if (level === undefined) {
        take(node);
        return;
      }
      const same = node.children.get(level);
      if (same) visit(same, depth + 1);
      const any = isWild ? node.children.get('+') : undefined;
      if (any) visit(any, depth + 1);
    };
    visit(this.#root, 0);
    return found;
  }
}

/** Takes a subscriber out, and the branches that nobody needs any longer. */
function prune(node: Node, levels: readonly string[], depth: number, subscriber: string): void {
  const level = levels[depth];
  if (level === undefined) {
    node.here.delete(subscriber);
    return;
  }
  const child = node.children.get(level);
  if (!child) return;
  prune(child, levels, depth + 1, subscriber);
  if (child.children.size === 0 && child.here.size === 0) node.children.delete(level);
}
