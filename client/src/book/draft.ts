/** What somebody has typed and not saved yet: kept through a failed save, a closed sheet and a reload. */

const nameOf = (about: string): string => `lineside.draft.${about}`;

/** @param about what the text is for, such as a line and an hour */
export function draftOf(about: string): unknown {
  try {
    const text = sessionStorage.getItem(nameOf(about));
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

/** @param draft `null`: there is nothing to keep any more */
export function keepDraft(about: string, draft: unknown): void {
  try {
    if (draft === null) sessionStorage.removeItem(nameOf(about));
    else sessionStorage.setItem(nameOf(about), JSON.stringify(draft));
  } catch {
    return;
  }
}
