/** The payloads of output and status messages: JSON, a bare number, or a word. */

import { DECLARED_STATES, type DeclaredState, type Reading } from '@lineside/domain/reading.ts';
import { ID_PATTERN } from '../config/plan.ts';
import { refusal, type Decoded, type Refusal } from './refusal.ts';
import { readTime } from './reading-time.ts';
import { shown } from './shown.ts';

type Fields = Readonly<Record<string, unknown>>;
type Value<T> = { readonly ok: true; readonly value: T } | Refusal;

const found = <T>(value: T): Value<T> => ({ ok: true, value });
const ABSENT = found(null);

const EXAMPLE = 'send for example {"good": 120}';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function decodeOutput(text: string, line: string, receivedAt: number): Decoded {
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const fields = typeof parsed.value === 'number' ? { good: parsed.value } : parsed.value;
  if (!isFields(fields)) {
    return refusal('json', `the payload is neither a JSON object nor a bare number; ${EXAMPLE}`);
  }
  const time = readTime(fields['ts'], receivedAt);
  if (!time.ok) return time;
  const counts = readCounts(fields);
  if (!counts.ok) return counts;
  const kind = readKind(fields['kind']);
  if (!kind.ok) return kind;
  const seq = whole('seq', 'sequence', fields['seq']);
  if (!seq.ok) return seq;
  const state = readState(fields['state']);
  if (!state.ok) return state;
  const product = readProduct(fields['product']);
  if (!product.ok) return product;
  const { good, reject } = counts.value;
  if (good === null && reject === null && state.value === null && product.value === null) {
    return refusal('empty', 'nothing is said: give good, reject, state or product');
  }
  const reading: Reading = {
    line,
    at: time.at,
    receivedAt,
    kind: kind.value,
    good,
    reject,
    seq: seq.value,
    state: state.value,
    product: product.value,
    online: null,
  };
  return { ok: true, reading, timed: time.timed };
}

export function decodeStatus(text: string, line: string, receivedAt: number): Decoded {
  const parsed = /^\s*[{"]/.test(text) ? parse(text) : found(text);
  if (!parsed.ok) return parsed;
  const fields = isFields(parsed.value) ? parsed.value : { status: parsed.value };
  const word = fields['status'] ?? fields['state'];
  const status = typeof word === 'string' ? word.trim().toLowerCase() : null;
  if (status !== 'online' && status !== 'offline') {
    return refusal('status', `the status must be online or offline, not ${shown(word)}`);
  }
  const time = readTime(fields['ts'], receivedAt);
  if (!time.ok) return time;
  const online = status === 'online';
  const nothing = { good: null, reject: null, seq: null, state: null, product: null };
  const reading: Reading = { line, at: time.at, receivedAt, kind: 'total', ...nothing, online };
  return { ok: true, reading, timed: time.timed };
}

function parse(text: string): Value<unknown> {
  if (text.trim() === '') return refusal('empty', `the payload is empty; ${EXAMPLE}`);
  try {
    return found(JSON.parse(text) as unknown);
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 200) : '';
    return refusal('json', `the payload is not JSON: ${detail}; ${EXAMPLE}`);
  }
}

/** C7: a source of total and reject reports good = total - reject. */
function readCounts(fields: Fields): Value<{ good: number | null; reject: number | null }> {
  const good = whole('good', 'count', fields['good']);
  if (!good.ok) return good;
  const reject = whole('reject', 'count', fields['reject']);
  if (!reject.ok) return reject;
  const total = whole('total', 'count', fields['total']);
  if (!total.ok) return total;
  if (good.value !== null || total.value === null) {
    return found({ good: good.value, reject: reject.value });
  }
  if (reject.value === null) {
    return refusal('count', 'total alone does not tell good parts: give good, or reject with it');
  }
  if (reject.value > total.value) {
    return refusal('count', `reject (${reject.value}) must not be above total (${total.value})`);
  }
  return found({ good: total.value - reject.value, reject: reject.value });
}

function whole(field: string, name: 'count' | 'sequence', value: unknown): Value<number | null> {
  if (value === undefined || value === null) return ABSENT;
  // Minus zero is zero: it must not look different once stored.
  if (Number.isSafeInteger(value) && (value as number) >= 0) return found((value as number) + 0);
  const hint = typeof value === 'string' ? ', without quotes' : '';
  const range = `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`;
  return refusal(name, `${field} must be ${range}${hint}, not ${shown(value)}`);
}

function readKind(value: unknown): Value<Reading['kind']> {
  if (value === undefined || value === null || value === 'total') return found('total');
  if (value === 'increment') return found('increment');
  return refusal('kind', `kind must be total or increment, not ${shown(value)}`);
}

function readState(value: unknown): Value<DeclaredState | null> {
  if (value === undefined || value === null) return ABSENT;
  const state = DECLARED_STATES.find((name) => name === value);
  if (state) return found(state);
  return refusal(
    'state',
    `state must be one of ${DECLARED_STATES.join(', ')}, not ${shown(value)}`,
  );
}

function readProduct(value: unknown): Value<string | null> {
  if (value === undefined || value === null) return ABSENT;
  if (typeof value === 'string' && ID_PATTERN.test(value)) return found(value);
  const rule = 'product must be an id of 1 to 64 letters, digits, "-" or "_"';
  return refusal('product', `${rule}, not ${shown(value)}`);
}
