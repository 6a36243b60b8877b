/** Running totals from raw counters that reset, roll over, are corrected, flicker and jump (C2-C6). */

/** The most parts that a line may make per ideal cycle before a rise is disbelieved (C5). */
const MOST_PARTS_PER_CYCLE = 3;
/** Rises up to this many parts are always believed (C5). */
const ALWAYS_BELIEVED_PARTS = 5;

export interface CounterRules {
  /** `null`: nothing is implausible and no fall is a glitch. */
  readonly idealCycleSeconds: number | null;
  /** The value at which the counter starts again at 0; `null`: it does not. */
  readonly rollover: number | null;
  /** Falls up to this many parts take parts back. */
  readonly correction: number;
}

/** A fall that a later reading may still show to have been a glitch (C4). */
interface Dip {
  readonly before: CounterState;
  readonly fellAt: number;
  readonly fellTo: number;
}

/** One counter after a reading. */
export interface CounterState {
  /** Parts counted since the baseline. */
  readonly total: number;
  /** Of these, parts made while nobody heard the line (C6). */
  readonly unseen: number;
  /** Rises disbelieved (C5). */
  readonly implausible: number;
  /** The last raw value; `null` before the first. */
  readonly raw: number | null;
  /** Time of the last reading, epoch ms. */
  readonly at: number | null;
  /** Falls not yet settled, the highest old value first. */
  readonly dips: readonly Dip[];
}

export const NOTHING_COUNTED: CounterState = {
  raw: null,
  at: null,
  total: 0,
  unseen: 0,
  implausible: 0,
  dips: [],
};

/** Whether a line could at the very most make `parts` within `ms`; without an ideal cycle, always. */
function couldMake(parts: number, ms: number, idealCycleSeconds: number | null): boolean {
  return (
    idealCycleSeconds === null || parts <= (MOST_PARTS_PER_CYCLE * ms) / 1000 / idealCycleSeconds
  );
}

/** Whether `parts` within `ms` are more than the line could possibly make (C5). */
export function isImplausible(
  parts: number,
  ms: number,
  idealCycleSeconds: number | null,
): boolean {
  return parts > ALWAYS_BELIEVED_PARTS && !couldMake(parts, ms, idealCycleSeconds);
}

/**
 * What a line made unseen among the parts of one rise (C6). A single part is announced by the very
 * reading that ends the silence: it was seen.
 */
const unseenAmong = (parts: number, afterSilence: boolean): number =>
  afterSilence && parts > 1 ? parts : 0;

/** One reading of a counter. */
interface Told {
  readonly at: number;
  readonly value: number;
  readonly afterSilence: boolean;
  readonly rules: CounterRules;
}

/** Counts parts since the last reading, unless the line could not have made them (C3, C5, C6). */
function counted(
  since: CounterState,
  parts: number,
  { at, afterSilence, rules }: Told,
  raw: number | null,
  dips: readonly Dip[],
): CounterState {
  const { total, unseen, implausible } = since;
  if (since.at !== null && isImplausible(parts, at - since.at, rules.idealCycleSeconds)) {
    return { raw, at, total, unseen, implausible: implausible + 1, dips };
  }
  return {
    raw,
    at,
    total: total + parts,
    unseen: unseen + unseenAmong(parts, afterSilence),
    implausible,
    dips,
  };
}

const isRollover = (from: number, to: number, modulus: number | null): modulus is number =>
  modulus !== null && from < modulus && from >= modulus * 0.9 && to < modulus * 0.1;

/** Whether the line could by now have made all the parts that a dip hides: then it was a reset. */
const isSettled = (dip: Dip, { at, rules }: Told): boolean =>
  couldMake((dip.before.raw ?? 0) - dip.fellTo, at - dip.fellAt, rules.idealCycleSeconds);

function fallen(state: CounterState, from: number, told: Told): CounterState {
  const { at, value, rules } = told;
  if (from - value <= rules.correction) {
    return { ...state, raw: value, at, total: state.total - (from - value) };
  }
  const parts = isRollover(from, value, rules.rollover) ? rules.rollover - from + value : value;
  const dips = [...state.dips, { before: state, fellAt: at, fellTo: value }];
  const open = dips.filter((dip) => !isSettled(dip, told));
  return counted(state, parts, told, value, open);
}

function risen(state: CounterState, from: number, told: Told): CounterState {
  const { value } = told;
  if (state.dips.length === 0) return counted(state, value - from, told, value, state.dips);
  const open = state.dips.filter((dip) => !isSettled(dip, told));
  const glitch = open.find((dip) => (dip.before.raw ?? 0) <= value);
  const since = glitch ? glitch.before : state;
  const hidden = open.filter((dip) => (dip.before.raw ?? 0) > value);
  return counted(since, value - (since.raw ?? value), told, value, hidden);
}

/**
 * The counter after a reading of a running total (C2-C6). Readings must come in the order of their
 * own time.
 *
 * @param at the reading's time, epoch ms
 * @param value the raw total, whole parts
 * @param afterSilence whether the line was not heard from until this reading (R2)
 */
export function countTotal(
  state: CounterState,
  at: number,
  value: number,
  afterSilence: boolean,
  rules: CounterRules,
): CounterState {
  if (state.raw === null) return { ...state, raw: value, at };
  const told = { at, value, afterSilence, rules };
  return value < state.raw ? fallen(state, state.raw, told) : risen(state, state.raw, told);
}

/** The counter after a reading of parts since the last message (C1, C3, C5, C6). */
export function countIncrement(
  state: CounterState,
  at: number,
  parts: number,
  afterSilence: boolean,
  rules: CounterRules,
): CounterState {
  const told = { at, value: parts, afterSilence, rules };
  return counted(state, parts, told, state.raw, state.dips);
}
