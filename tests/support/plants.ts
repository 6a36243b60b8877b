/** Plant files for tests. */

/** On a real clock: in the middle of a shift, so that none ends or begins while a test looks. */
export function aPlantMidShift(lines: readonly string[], settings = ''): string {
  return aPlant(lines, settings, (new Date().getUTCHours() + 24 - 3) % 24);
}

/**
 * Lines that make one product around the clock: three shifts a day, every day, in UTC.
 *
 * @param firstHour of the day at which the first shift begins
 */
export function aPlant(lines: readonly string[], settings = '', firstHour = 6): string {
  const hour = (later: number): string => `${(firstHour + later) % 24}:00`.padStart(5, '0');
  const shifts = [
    ['Early', hour(0), hour(8)],
    ['Late', hour(8), hour(16)],
    ['Night', hour(16), hour(24)],
  ];
  return [
    'plant: { name: Test plant, timeZone: UTC }',
    'shifts:',
    ...shifts.map(
      ([name, start, end]) => `  - { name: ${name}, start: "${start}", end: "${end}" }`,
    ),
    'products:',
    '  - { id: housing, name: Housing, idealCycleSeconds: 30 }',
    'lines:',
    ...lines.map(
      (id) =>
        `  - { id: ${id}, name: Line ${id}, area: Hall, product: housing, target: { perHour: 100 }${settings} }`,
    ),
    '',
  ].join('\n');
}
