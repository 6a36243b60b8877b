/** The client's composition root: clocks, sources and floors are wired here and nowhere else. */

import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { BookRequests } from './book/book-requests.ts';
import { Book } from './book/book.svelte.ts';
import { LiveClock } from './clock.svelte.ts';
import { Floor } from './floor.svelte.ts';
import { Look } from './look.svelte.ts';
import { PlanRequests } from './plan/plan-requests.ts';
import { Replay } from './replay/replay.svelte.ts';
import { fetchShifts, fetchViews } from './requests.ts';
import { browserAddressBar, Route } from './route.svelte.ts';
import { LiveSource } from './sources/live.svelte.ts';
import { openSocket } from './sources/socket.ts';
import { Stage } from './stage.svelte.ts';
import { browserTimer } from './timer.ts';

const fetch = window.fetch.bind(window);
const floor = new Floor();
const clock = new LiveClock(browserTimer, () => {
  floor.publish();
});

/** A page of the old build goes only once the new one can be had. */
async function reloadWhenServed(): Promise<void> {
  const response = await fetch(window.location.href, { cache: 'no-store' }).catch(() => null);
  if (response?.ok) window.location.reload();
}

const book = new Book(new BookRequests(fetch), browserTimer);
const socket = openSocket();
socket.onBook(() => {
  book.refresh();
});

const source = new LiveSource({
  socket,
  floor,
  clock,
  timer: browserTimer,
  random: Math.random,
  onNewBuild: () => void reloadWhenServed(),
});

const route = new Route(browserAddressBar, browserTimer);
const replay = new Replay({
  timer: browserTimer,
  route,
  liveNow: () => clock.now,
  fetchViews: (at, signal) => fetchViews(fetch, at, signal),
});

route.start();
clock.start();
source.start();

replay.follow(route.asked);

mount(App, {
  target: document.body,
  props: {
    live: new Stage(clock, floor, source),
    replay,
    route,
    look: new Look(),
    planRequests: new PlanRequests(fetch),
    book,
    fetchShifts: (from: number, to: number) => fetchShifts(fetch, from, to),
  },
});
