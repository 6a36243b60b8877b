/** Runs something once nobody has touched the screen for a while. */

const TOUCHES = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const;

/** The answer stops the waiting. */
export function untilIdle(ms: number, run: () => void): () => void {
  let id = setTimeout(run, ms);
  const wait = (): void => {
    clearTimeout(id);
    id = setTimeout(run, ms);
  };
  for (const touch of TOUCHES) window.addEventListener(touch, wait, { passive: true });
  return () => {
    clearTimeout(id);
    for (const touch of TOUCHES) window.removeEventListener(touch, wait);
  };
}
