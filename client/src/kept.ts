/** Small choices a person made, kept by this browser; a browser that keeps nothing is no error. */

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`lineside.${name}`);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`lineside.${name}`, value);
  } catch {
    return;
  }
}
