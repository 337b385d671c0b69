import type { Alias } from 'vite';

const PLAYGROUND = `${import.meta.dirname}/../playground`;

/** Parts of GraphiQL for which the page has its own. */
export const aliases: Alias[] = [
  {
    find: 'monaco-editor/esm/vs/editor/edcore.main.js',
    replacement: `${PLAYGROUND}/monaco.ts`,
  },
  {
    // As GraphiQL names the file from where it uses it.
    find: /^\.\/(?:components\/)?tabs\/index\.js$/,
    replacement: `${PLAYGROUND}/tab-list.tsx`,
  },
];
