// Finds every place where the source breaks the layout: who may import whom, and what the core may touch.
import { posix } from 'node:path';
import ts from 'typescript';

/** Paths from the project's root, with forward slashes, and what stands in each file. */
export type Sources = ReadonlyMap<string, string>;

const folders = ['domain', 'client', 'server', 'simulators'] as const;
type Folder = (typeof folders)[number];

/** Everything outside of itself that would make the core depend on where and when it runs. */
const impureGlobals: ReadonlySet<string> = new Set([
  ...[
    'window',
    'document',
    'navigator',
    'location',
    'localStorage',
    'sessionStorage',
    'HTMLElement',
  ],
  ...[
    'fetch',
    'WebSocket',
    'requestAnimationFrame',
    'performance',
    'crypto',
    'console',
    'globalThis',
  ],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['process', 'Buffer', 'require', '__dirname', '__filename', 'global'],
]);

const impureCalls: ReadonlySet<string> = new Set(['Date.now', 'Math.random', 'Temporal.Now']);

/** What keeps, and what hears: everybody else is given a port. */
const adapters: ReadonlySet<string> = new Set(
  [
    ...['readings/sqlite.ts', 'readings/time-series.ts', 'records/database.ts'],
    ...['plan/recorded-plan.ts', 'book/records-book.ts'],
    ...['broker/broker.ts', 'subscriber/subscriber.ts'],
  ].map((path) => `server/src/${path}`),
);
const choosers: ReadonlySet<string> = new Set(['server/src/stores.ts', 'server/src/door.ts']);

/** One sentence for each breach, naming its file; an empty list when the layout holds. */
export function breaches(sources: Sources): string[] {
  const files = [...sources]
    .filter(([path]) => folderOf(path) !== undefined)
    .map(([path, text]) => parse(path, text));
  return [
    ...files.flatMap(wrongDirections),
    ...files.flatMap(impurities),
    ...files.flatMap(strayProcess),
    ...files.flatMap(strayAdapters),
    ...files.flatMap(barrel),
    ...loops(files),
  ];
}

interface SourceFile {
  path: string;
  imports: string[];
  tree: ts.SourceFile;
}

function parse(path: string, text: string): SourceFile {
  const code = path.endsWith('.svelte') ? scriptsOf(text) : text;
  return {
    path,
    imports: ts.preProcessFile(code, true, true).importedFiles.map((file) => file.fileName),
    tree: ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS),
  };
}

function scriptsOf(component: string): string {
  return [...component.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map((m) => m[1]).join('\n');
}

function folderOf(path: string): Folder | undefined {
  return folders.find((folder) => path.startsWith(`${folder}/`));
}

/** The project's own file that an import names, or undefined for a package. */
function ownFile(from: string, specifier: string): string | undefined {
  const own = /^@lineside\/(.+)$/.exec(specifier)?.[1];
  if (own !== undefined) return own.includes('/') ? own : `${own}/`;
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
}

function wrongDirections({ path, imports }: SourceFile): string[] {
  return imports.flatMap((specifier) => {
    const from = folderOf(path);
    const to = ownFile(path, specifier);
    if (to === undefined) {
      return from === 'domain' ? [`${path} imports ${specifier}: domain imports only itself`] : [];
    }
    const allowed = folderOf(to) === from || folderOf(to) === 'domain';
    return allowed ? [] : [`${path} imports ${specifier}: it may import only itself and domain`];
  });
}

function impurities({ path, tree }: SourceFile): string[] {
  if (folderOf(path) !== 'domain') return [];
  const found = freeNames(tree).filter((name) => impureGlobals.has(name));
  walk(tree, (node) => {
    if (ts.isPropertyAccessExpression(node)) {
      const text = `${node.expression.getText(tree)}.${node.name.text}`;
      if (impureCalls.has(text)) found.push(text);
    }
    const called = ts.isNewExpression(node) || ts.isCallExpression(node) ? node : undefined;
    if (called?.expression.getText(tree) === 'Date' && (called.arguments?.length ?? 0) === 0) {
      found.push('the present Date');
    }
  });
  return [...new Set(found)].map(
    (name) => `${path} uses ${name}: domain is a function of its input`,
  );
}

function strayProcess({ path, imports, tree }: SourceFile): string[] {
  if (!path.startsWith('server/src/') || path === 'server/src/main.ts') return [];
  const imported = imports.some((name) => name === 'process' || name === 'node:process');
  if (!imported && !freeNames(tree).includes('process')) return [];
  return [`${path} uses process: only server/src/main.ts does`];
}

/** Types may be named anywhere; what is made of an adapter's class or function is not. */
function strayAdapters({ path, tree }: SourceFile): string[] {
  if (!path.startsWith('server/src/') || choosers.has(path)) return [];
  return tree.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement)) return [];
    if (statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return [];
    const { moduleSpecifier } = statement;
    const file = ts.isStringLiteral(moduleSpecifier) && ownFile(path, moduleSpecifier.text);
    if (!file || !adapters.has(file)) return [];
    return [`${path} makes use of ${file}: only stores.ts and door.ts choose adapters`];
  });
}

function barrel({ path, tree }: SourceFile): string[] {
  const onlyPassesOn =
    tree.statements.length > 0 &&
    tree.statements.every((line) => ts.isExportDeclaration(line) && line.moduleSpecifier);
  return onlyPassesOn ? [`${path} only passes on what other files export: import those`] : [];
}

/** Names used in a file that nothing in it declares: a parameter called `window` is no DOM global. */
function freeNames(tree: ts.SourceFile): string[] {
  const declared = new Set<string>();
  const used = new Set<string>();
  walk(tree, (node) => {
    if (!ts.isIdentifier(node)) return;
    const parent = node.parent;
    if (isDeclaredBy(parent, node)) declared.add(node.text);
    else if (!isMemberName(parent, node)) used.add(node.text);
  });
  return [...used].filter((name) => !declared.has(name));
}

function isDeclaredBy(parent: ts.Node, name: ts.Identifier): boolean {
  const declares =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isFunctionExpression(parent) ||
    ts.isClassDeclaration(parent) ||
    ts.isImportClause(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isNamespaceImport(parent);
  return declares && parent.name === name;
}

function isMemberName(parent: ts.Node, name: ts.Identifier): boolean {
  if (ts.isPropertyAccessExpression(parent)) return parent.name === name;
  if (ts.isBindingElement(parent) || ts.isImportSpecifier(parent))
    return parent.propertyName === name;
  if (ts.isQualifiedName(parent)) return parent.right === name;
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isGetAccessor(parent) ||
    ts.isSetAccessor(parent) ||
    ts.isNamedTupleMember(parent);
  return named && parent.name === name;
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => {
    walk(child, visit);
  });
}

/** Depth first, each file once; a step back onto the path walked so far closes a loop. */
function loops(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`import loop: ${[...trail.slice(start), path].join(' -> ')}`);
    const file = byPath.get(path);
    if (start >= 0 || done.has(path) || file === undefined) return;
    for (const specifier of file.imports) {
      const next = ownFile(path, specifier);
      if (next !== undefined) visit(next, [...trail, path]);
    }
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return found;
}
