/** Local dates and times at the plant, and the instants they are. */

const MINUTE = 60_000;

/** `YYYY-MM-DDTHH:MM` at the plant. */
export function localAt(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    ...{ hourCycle: 'h23', timeZone },
  }).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** The instant of a local `YYYY-MM-DDTHH:MM`; of a time that is skipped, the one just after; `null`: no time at all. */
export function instantOf(local: string, timeZone: string): number | null {
  const wall = Date.parse(`${local}Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) || Number.isNaN(wall)) return null;
  const offset = (at: number): number => Date.parse(`${localAt(at, timeZone)}Z`) - floored(at);
  const candidates = [
    wall - offset(wall - 24 * 60 * MINUTE),
    wall - offset(wall + 24 * 60 * MINUTE),
  ];
  const exact = candidates.filter((at) => localAt(at, timeZone) === local);
  return exact.length > 0 ? Math.min(...exact) : Math.max(...candidates);
}

const floored = (at: number): number => Math.floor(at / MINUTE) * MINUTE;
