/** Puts up the client's pages: built once, or straight from their sources while somebody works on them. */

import type { Log } from '../ports.ts';
import { StartError } from '../start-error.ts';
import { distOf, prepareClient, type ClientFolders } from './client-build.ts';
import { startDevPages, type DevPages } from './dev-pages.ts';
import { pagesRouter } from './pages.ts';
import type { Web } from './web.ts';

export interface ClientPagesParts {
  /** `null`: no pages, the API alone. */
  readonly client: ClientFolders | null;
  readonly isDev: boolean;
  readonly log: Log;
}

export class ClientPages {
  readonly #parts: ClientPagesParts;
  #dev: DevPages | null = null;
  #build = 'none';

  constructor(parts: ClientPagesParts) {
    this.#parts = parts;
  }

  /** What tells this build of the pages from others. */
  get build(): string {
    return this.#build;
  }

  /** Rejects with a StartError when the pages cannot be built. */
  async start(web: Pick<Web, 'server' | 'usePages'>): Promise<void> {
    const { client, isDev, log } = this.#parts;
    if (!client) return;
    if (isDev) {
      this.#dev = await startDevPages(client.root, web.server, log);
      web.usePages(this.#dev.router);
      this.#build = 'dev';
      return;
    }
    try {
      this.#build = await prepareClient(client, log);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError([`the pages could not be built: ${reason}`]);
    }
    web.usePages(pagesRouter(distOf(client)));
  }

  async close(): Promise<void> {
    await this.#dev?.close();
  }
}
