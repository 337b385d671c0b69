import type { Alias } from 'vite';

/** Parts of GraphiQL for which the page has its own. */
export const aliases: Alias[] = [
  {
    find: 'monaco-editor/esm/vs/editor/edcore.main.js',
    replacement: `${import.meta.dirname}/monaco.ts`,
  },
  {
    // As GraphiQL names the file from where it uses it.
    find: /^\.\/(?:components\/)?tabs\/index\.js$/,
    replacement: `${import.meta.dirname}/tab-list.tsx`,
  },
];
