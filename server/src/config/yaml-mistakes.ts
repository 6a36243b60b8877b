/** What keeps a text from being YAML, in words that say how to mend it. */

import type { YAMLError, ErrorCode } from 'yaml';

/** Sentences about a line of the text. */
const WORDS: Partial<Readonly<Record<ErrorCode, string>>> = {
  TAB_AS_INDENT: 'a tab is no indentation; write spaces in its place',
  BAD_INDENT:
    'the indentation does not fit; begin the settings of one group in the same column, and close every bracket',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " in one line; put the text that contains it in quotes',
  MULTILINE_IMPLICIT_KEY: 'a setting needs ": " after its name, on the same line',
  DUPLICATE_KEY: 'this setting is there already; keep one of the two',
  MULTIPLE_DOCS: 'a second document begins; write everything under one, without "---" in between',
  MISSING_CHAR: 'a quote or a bracket is not closed; close it here or in a line before',
  UNEXPECTED_TOKEN: 'this cannot stand here; look for a quote, a bracket or a comma too many',
};

interface YamlMistake {
  /** Offset in the text. */
  readonly offset: number;
  readonly message: string;
}

/**
 * One mistake a line: further ones of it only follow from the first.
 *
 * @param lineAt the line of an offset
 */
export function yamlMistakes(
  errors: readonly YAMLError[],
  lineAt: (offset: number) => number,
): YamlMistake[] {
  const firsts = new Map<number, YAMLError>();
  for (const error of errors) {
    const line = lineAt(error.pos[0]);
    if (!firsts.has(line)) firsts.set(line, error);
  }
  return [...firsts.values()].map(({ code, message, pos }) => {
    return { offset: pos[0], message: WORDS[code] ?? `this is not YAML: ${message}` };
  });
}
