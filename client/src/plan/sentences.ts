/** Messages that begin with what they are about. */

/** `Name must not be empty` of the end of a sentence; a whole sentence stays as it is. */
export function sentence(label: string, message: string): string {
  if (/^(must|is) /.test(message)) return `${label} ${message}.`;
  const first = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** `1 change`, `3 changes`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const LABELS: ReadonlyMap<string, string> = new Map([
  ['timeZone', 'Time zone'],
  ['idealCycleSeconds', 'Ideal cycle'],
  ['targetPerHour', 'Target per hour'],
  ['amount', 'Target'],
  ['stopAfterSeconds', 'Stopped after'],
  ['staleAfterSeconds', 'No data after'],
  ['behindPercent', 'Behind from'],
  ['criticalPercent', 'Critical from'],
  ['aheadPercent', 'Ahead from'],
  ['rollover', 'Counter starts again at'],
  ['correction', 'Falls that take parts back'],
]);

/** What a field is called on the page. */
export function labelOf(field: string): string {
  const name = field.split('/').at(-1) ?? '';
  if (field.startsWith('demand/') && name === 'amount') return 'Good parts';
  return LABELS.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1);
}
