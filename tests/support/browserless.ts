// A test environment in which Svelte is compiled as for a browser, so that `$state` reacts, without any DOM.
import type { Environment } from 'vitest/runtime';

export default {
  name: 'browserless',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
} satisfies Environment;
