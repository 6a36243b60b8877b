/** How fast something grows, when it also goes up and down with the phase of a shift. */

export interface Point {
  readonly phase: number;
  readonly hour: number;
  readonly value: number;
}

/**
 * Least squares over points of several phases, each with a level of its own and all with one slope;
 * per hour. `NaN` with fewer than three points of each phase: they would show noise alone.
 */
export function slopePerHour(points: readonly Point[]): number {
  const phases = [...Map.groupBy(points, ({ phase }) => phase).values()];
  if (phases.length === 0 || phases.some(({ length }) => length < 3)) return NaN;
  let [over, under] = [0, 0];
  for (const ofPhase of phases) {
    const hour = mean(ofPhase.map((point) => point.hour));
    const value = mean(ofPhase.map((point) => point.value));
    for (const point of ofPhase) {
      over += (point.hour - hour) * (point.value - value);
      under += (point.hour - hour) ** 2;
    }
  }
  return over / under;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
