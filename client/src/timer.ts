/** The passing of time as the browser gives it, behind one seam so that tests can turn the hands. */

export interface Timer {
  /** Milliseconds that never run backwards, whatever is done to the display's own clock. */
  elapsed(): number;
  /** Runs again and again until the answer is called. */
  every(ms: number, run: () => void): () => void;
  /** Runs once unless the answer is called first. */
  after(ms: number, run: () => void): () => void;
}

export const browserTimer: Timer = {
  elapsed: () => performance.now(),
  every(ms, run) {
    const id = setInterval(run, ms);
    return () => {
      clearInterval(id);
    };
  },
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => {
      clearTimeout(id);
    };
  },
};
