/** What each key does to a replay: the keyboard as a person who scrubs through a shift knows it. */

export type Command =
  | { readonly do: 'toggle' | 'live' | 'toStart' | 'toEnd' | 'nextMoment' | 'previousMoment' }
  | { readonly do: 'move'; readonly ms: number }
  | { readonly do: 'step'; readonly by: 1 | -1 }
  | { readonly do: 'tenth'; readonly tenth: number };

export interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How far J and L go. */
export const LEAP_MS = 10 * MINUTE;

/** The command of a key press, or `null` for a key that is none. */
export function commandOf(press: Press): Command | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  const arrow = press.shiftKey ? HOUR : MINUTE;
  switch (press.key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return { do: 'move', ms: -arrow };
    case 'ArrowRight':
    case 'ArrowUp':
      return { do: 'move', ms: arrow };
    case 'Home':
      return { do: 'toStart' };
    case 'End':
      return { do: 'toEnd' };
    case 'Escape':
      return { do: 'live' };
    case ' ':
      return { do: 'toggle' };
    default:
      return letterCommand(press.key.toLowerCase());
  }
}

function letterCommand(key: string): Command | null {
  if (key >= '0' && key <= '9' && key.length === 1) return { do: 'tenth', tenth: Number(key) };
  switch (key) {
    case 'k':
      return { do: 'toggle' };
    case 'j':
      return { do: 'move', ms: -LEAP_MS };
    case 'l':
      return { do: 'move', ms: LEAP_MS };
    case ',':
      return { do: 'step', by: -1 };
    case '.':
      return { do: 'step', by: 1 };
    case 'n':
      return { do: 'nextMoment' };
    case 'p':
      return { do: 'previousMoment' };
    default:
      return null;
  }
}

/** The keys as a person is told of them. */
export const KEY_HELP: readonly (readonly [keys: string, what: string])[] = [
  ['Space, K', 'play or pause'],
  ['← →', 'one minute back or on'],
  ['Shift ← →', 'one hour back or on'],
  ['J L', 'ten minutes back or on'],
  [', .', 'to the reading before or after'],
  ['N P', 'next or previous moment'],
  ['0 to 9', 'tenths of the shift'],
  ['Home End', 'start or end of the shift'],
  ['Esc', 'back to live'],
];
