import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** Read by vite, svelte-check and eslint alike, so that all three see the same Svelte. */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
};
