/** The plant of a soak: lines of one product, and shifts of equal length around the clock, short ones if wanted. */

const MINUTE = 60_000;
const MINUTES_PER_DAY = 1_440;

export interface PlantOptions {
  readonly lines: readonly string[];
  /** A shift starts here, and others before and after it; epoch ms. */
  readonly shiftAt: number;
  /** How long each is; a day is a whole number of them. */
  readonly shiftMinutes: number;
}

/** The plant file's text. */
export function plantOf({ lines, shiftAt, shiftMinutes }: PlantOptions): string {
  if (MINUTES_PER_DAY % shiftMinutes !== 0)
    throw new Error(`SHIFT_MINUTES must divide ${MINUTES_PER_DAY}, not ${shiftMinutes}`);
  const first = Math.floor(shiftAt / MINUTE) % MINUTES_PER_DAY;
  const shifts = Array.from({ length: MINUTES_PER_DAY / shiftMinutes }, (_, n) => {
    const start = first + n * shiftMinutes;
    return `  - { name: Shift ${n + 1}, start: "${wallTime(start)}", end: "${wallTime(start + shiftMinutes)}" }`;
  });
  return [
    'plant: { name: Soaked plant, timeZone: UTC }',
    'shifts:',
    ...shifts,
    'products:',
    '  - { id: housing, name: Housing, idealCycleSeconds: 30 }',
    'lines:',
    ...lines.map(
      (id) =>
        `  - { id: ${id}, name: Line ${id}, area: Hall, product: housing, target: { perHour: 100 } }`,
    ),
    '',
  ].join('\n');
}

function wallTime(minute: number): string {
  const ofDay = minute % MINUTES_PER_DAY;
  return [Math.floor(ofDay / 60), ofDay % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
