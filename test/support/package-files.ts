import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The files of an installed package, without packages within it; sorted. */
export function listFiles(directory: string): string[] {
  const files = globSync('**/*', { cwd: directory, exclude: ['node_modules'] });
  return files.filter((file) => statSync(join(directory, file)).isFile()).sort();
}

/**
 * The modules that are loaded when some of them are, with their declarations of types; sorted. Those that are missing are among them.
 *
 * @param entries paths in the directory
 */
export function listReachable(directory: string, entries: readonly string[]): string[] {
  const reached = new Set<string>();
  const visit = (module: string): void => {
    if (reached.has(module)) return;
    reached.add(module);
    const declarations = module.replace(/\.js$/, '.d.ts');
    for (const file of [module, declarations].filter((name) => existsSync(join(directory, name)))) {
      reached.add(file);
      for (const target of importsOf(readFileSync(join(directory, file), 'utf8')))
        visit(join(dirname(module), target));
    }
  };
  entries.forEach(visit);
  return [...reached].sort();
}

const STATIC = /^(?:import|export)\b[^\n]*?["'](\.[^"'\n]+)["'];?$/gm;
const ON_DEMAND = /\bimport\(["'](\.[^"'\n]+)["']\)/g;

/** The relative modules in what a compiler has written. Declarations name them as their sources do. */
function importsOf(text: string): string[] {
  const code = text.replace(/^\s*(?:\*|\/\*|\/\/).*$/gm, '');
  return [STATIC, ON_DEMAND].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, target = '']) => target.replace(/\.ts$/, '.js')),
  );
}
