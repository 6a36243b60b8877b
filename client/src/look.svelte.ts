/** How the screens look: light or dark, quiet or andon, as the address, the person or the system asks. */

import { MediaQuery } from 'svelte/reactivity';
import { keep, kept } from './kept.ts';

export type Theme = 'light' | 'dark';

const asTheme = (text: string | null): Theme | null =>
  text === 'light' || text === 'dark' ? text : null;

export class Look {
  #chosen = $state<Theme | null>(asTheme(kept('theme')));
  #andon = $state(kept('andon') === '1');
  readonly #systemIsDark = new MediaQuery('prefers-color-scheme: dark');

  /** The theme of the pages for desks. */
  get theme(): Theme {
    return this.#chosen ?? (this.#systemIsDark.current ? 'dark' : 'light');
  }

  /** On target shown in green. */
  get andon(): boolean {
    return this.#andon;
  }

  toggleTheme(): void {
    this.#chosen = this.theme === 'dark' ? 'light' : 'dark';
    keep('theme', this.#chosen);
  }

  toggleAndon(): void {
    this.#andon = !this.#andon;
    keep('andon', this.#andon ? '1' : '0');
  }

  /** The theme of a page: what its address asks for, else dark on a wall. */
  themeFor(isWall: boolean, query: URLSearchParams): Theme {
    return asTheme(query.get('theme')) ?? (isWall ? 'dark' : this.theme);
  }

  andonFor(query: URLSearchParams): boolean {
    const asked = query.get('andon');
    return asked === null ? this.andon : asked !== '0';
  }
}
