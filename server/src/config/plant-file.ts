/** A plant file's text to a plan, or to every mistake in it with its line, from the top down. */

import type { WrittenPlan } from '@lineside/domain/plan.ts';
import type { Path, Problem } from '@lineside/domain/problem.ts';
import { isCollection, isMap, isNode, LineCounter, parseDocument, stringify } from 'yaml';
import type { Document } from 'yaml';
import { checkPlan } from './written-plan.ts';
import { yamlMistakes } from './yaml-mistakes.ts';

const NO_PLANT_FILE =
  'this is no plant file; begin with "plant:" and write every setting as "name: value"';

export type PlantFileResult =
  | { readonly ok: true; readonly written: WrittenPlan }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] };

/** A mistake with its place both ways; its message is a sentence that names the setting. */
export interface PlacedProblem extends Problem {
  /** In the text, from 1 on. */
  readonly line: number;
}

/** @param now epoch ms */
export function readPlantFile(text: string, now: number): PlantFileResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    const mistakes = yamlMistakes(document.errors, lineAt);
    const problems = mistakes.map(({ offset, message }) => {
      return { path: [], line: lineAt(offset), message };
    });
    return { ok: false, problems };
  }
  let raw: unknown;
  try {
    raw = document.toJS() ?? {};
  } catch (error) {
    // Such as aliases that would unfold without end.
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${reason}; write out what & and * stand for`;
    return { ok: false, problems: [{ path: [], line: 1, message }] };
  }
  const checked = checkPlan(raw, now);
  if (checked.ok) return checked;
  const told = (problems: readonly Problem[], link: string): PlacedProblem[] =>
    problems.map(({ path, message }) => {
      const line = lineAt(offsetOf(document, path));
      if (path.length === 0) return { path, line, message: NO_PLANT_FILE };
      return { path, line, message: `${spoken(path)}${link}${message}` };
    });
  const problems = [...told(checked.illegible, ' '), ...told(checked.unfit, ': ')];
  return { ok: false, problems: problems.sort((a, b) => a.line - b.line) };
}

/** A plant file that says what a plan says. */
export function plantFileText(plan: WrittenPlan): string {
  const said = Object.entries(plan).filter(([, part]) => !Array.isArray(part) || part.length > 0);
  // Other programs take a time without quotes for a number.
  const text = stringify(Object.fromEntries(said), {
    defaultStringType: 'QUOTE_SINGLE',
    defaultKeyType: 'PLAIN',
    singleQuote: true,
  });
  return `# The plan as Lineside has it; docs/plant-file.md has every setting.\n${text}`;
}

/** `lines[2].target.perHour` */
function spoken(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** The place of a setting's name, or of the nearest thing around it that is there. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isNode(key) && String(key) === last);
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    } else if (isCollection(parent)) {
      const node = parent.get(last, true);
      if (isNode(node) && node.range) return node.range[0];
    }
  }
  return 0;
}
