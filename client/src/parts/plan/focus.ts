/** Where the keyboard goes next on the plan page. */

import { tick } from 'svelte';

/** Opens what hides a field, and goes there. */
export function focusField(field: string): void {
  focusOn(document.getElementById(`plan/${field}`));
}

/** Goes to a field once the page shows it. */
export async function focusFieldSoon(field: string): Promise<void> {
  await tick();
  focusField(field);
}

/** Goes to the first field of a new entry, where typing replaces what it begins with. */
export async function beginAt(field: string): Promise<void> {
  await focusFieldSoon(field);
  const { activeElement } = document;
  if (activeElement instanceof HTMLInputElement) activeElement.select();
}

function focusOn(element: HTMLElement | null): void {
  for (let around = element?.closest('details'); around;) {
    around.open = true;
    around = around.parentElement?.closest('details') ?? null;
  }
  element?.focus();
  element?.scrollIntoView({ block: 'center' });
}
