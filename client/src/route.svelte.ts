/** The address a screen is at: pages read it, links change it, and replay keeps its cursor in it. */

import { addressOf, hrefOf, type Address, type Cursor, type Page } from './address.ts';
import type { Timer } from './timer.ts';

/** What of the browser's window a route needs. */
export interface AddressBar {
  readonly href: () => string;
  readonly push: (href: string) => void;
  readonly replace: (href: string) => void;
  readonly onPop: (run: () => void) => () => void;
}

/** Browsers refuse an address that changes too often. */
const NOTE_EVERY_MS = 1_000;

export class Route {
  #address = $state.raw<Address>(addressOf(new URL('http://lineside/')));
  readonly #bar: AddressBar;
  readonly #timer: Timer;
  /** Where the cursor has moved since, as last written to the address bar. */
  #noted = $state.raw<Cursor | null>(null);
  #pending: Cursor | null = null;
  #stopWaiting: (() => void) | null = null;

  constructor(bar: AddressBar, timer: Timer) {
    this.#bar = bar;
    this.#timer = timer;
    this.#read();
  }

  get page(): Page {
    return this.#address.page;
  }

  get query(): URLSearchParams {
    return this.#address.query;
  }

  /** Where somebody asked to be, by a link, a button or the address bar; `null`: live. */
  get asked(): Cursor | null {
    return this.#address.cursor;
  }

  /** Follows the browser's back and forward; the answer stops it. */
  start(): () => void {
    return this.#bar.onPop(() => {
      this.#pending = null;
      this.#forget();
      this.#read();
    });
  }

  /** The address of a page with the cursor where it is. */
  hrefOf(page: Page): string {
    const cursor = this.#noted ?? this.asked;
    return hrefOf({ page, cursor, query: new URLSearchParams() });
  }

  /** Follows a link: one that keeps the cursor keeps it where it is by now. */
  follow(href: string): void {
    const address = addressOf(new URL(href, this.#bar.href()));
    this.open(hrefOf({ ...address, cursor: address.cursor && (this.#pending ?? address.cursor) }));
  }

  open(href: string): void {
    this.#forget();
    this.#bar.push(href);
    this.#read();
  }

  /** The same page at another moment; `null`: live. */
  moveTo(cursor: Cursor | null): void {
    this.open(hrefOf({ ...this.#address, cursor }));
  }

  /** The same page and moment with one query parameter changed; `null` takes it away. */
  ask(name: string, value: string | null): void {
    const query = new URLSearchParams(this.#address.query);
    if (value === null) query.delete(name);
    else query.set(name, value);
    this.#address = { ...this.#address, query };
    this.#bar.replace(hrefOf({ ...this.#address, cursor: this.#pending ?? this.asked }));
  }

  /** Keeps the address true to a moving cursor, without making history of every step. */
  note(cursor: Cursor): void {
    this.#pending = cursor;
    this.#stopWaiting ??= this.#timer.after(NOTE_EVERY_MS, () => {
      this.#stopWaiting = null;
      this.#writePending();
    });
  }

  #writePending(): void {
    if (!this.#pending) return;
    this.#noted = this.#pending;
    this.#bar.replace(hrefOf({ ...this.#address, cursor: this.#pending }));
  }

  #forget(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
    if (this.#pending) this.#writePending();
    this.#pending = null;
    this.#noted = null;
  }

  #read(): void {
    this.#address = addressOf(new URL(this.#bar.href()));
  }
}

export const browserAddressBar: AddressBar = {
  href: () => window.location.href,
  push: (href) => {
    window.history.pushState(null, '', href);
    window.scrollTo(0, 0);
  },
  replace: (href) => {
    window.history.replaceState(window.history.state, '', href);
  },
  onPop: (run) => {
    window.addEventListener('popstate', run);
    return () => {
      window.removeEventListener('popstate', run);
    };
  },
};
