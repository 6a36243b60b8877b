/** The name of whoever writes at this screen: asked for once, kept by its browser, the same wherever something is written. */

import { keep, kept } from './kept.ts';

let name = $state(kept('who') ?? '');

export const who = {
  get name(): string {
    return name;
  },

  set name(typed: string) {
    name = typed;
    keep('who', typed.trim());
  },
};
