/** Ctrl+Enter, or Cmd+Enter, saves a form from any of its fields, also where Enter begins a new line. */

import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';

export const submitKeys: Attachment<HTMLFormElement> = (form) =>
  on(form, 'keydown', (event) => {
    if (event.key !== 'Enter' || event.repeat || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
