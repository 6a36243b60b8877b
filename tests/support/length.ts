/** How long the fault tests last: short in `npm test`, long in `npm run chaos`. */

export const isLong = process.env['CHAOS'] === 'long';

/** The figure for this run. */
export const byLength = (short: number, long: number): number => (isLong ? long : short);
