// Ends a test run with one line of counts, after naming every test that was skipped and why.
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Full names of tests which may be skipped in CI too, where every real part is installed. */
const mayBeSkippedInCi: ReadonlySet<string> = new Set([]);

export default class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number =>
      tests.filter((test) => test.result().state === state).length;
    // A file that does not load, a hook that throws and an error outside of any test are failures too.
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const broken = suites.filter((suite) => suite.errors().length > 0).length;
    const failed = count('failed') + count('pending') + broken + unhandledErrors.length;
    const skipped = tests.filter((test) => test.result().state === 'skipped');

    const lines = skipped.map((test) => `skipped: ${nameOf(test)}: ${reasonOf(test)}`);
    if (process.env['CI'] !== undefined) {
      const unexpected = skipped.filter((test) => !mayBeSkippedInCi.has(test.fullName));
      if (unexpected.length > 0) {
        lines.push(`In CI nothing may be skipped unnoticed; ${String(unexpected.length)} were.`);
        process.exitCode = 1;
      }
    }
    if (failed > 0) process.exitCode = 1;
    lines.push(
      `${String(count('passed'))} passed, ${String(failed)} failed, ${String(skipped.length)} skipped`,
    );
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }
}

function nameOf(test: TestCase): string {
  return `${relative(process.cwd(), test.module.moduleId)} > ${test.fullName}`;
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note !== undefined) return result.note;
  if (test.options.mode === 'run') return 'its set-up failed';
  return `no reason given (${test.options.mode})`;
}
