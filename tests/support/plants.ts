/** Plant files for tests. */

/** Lines that make one product around the clock: three shifts a day, every day, in UTC. */
export function aPlant(lines: readonly string[], settings = ''): string {
  const shifts = [
    ['Early', '06:00', '14:00'],
    ['Late', '14:00', '22:00'],
    ['Night', '22:00', '06:00'],
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
