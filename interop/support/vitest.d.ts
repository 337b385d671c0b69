import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The GraphQL endpoint of the running program. */
    url: string;
    /** The messages sent before this moment stay the same, while the demo's customers go on writing. */
    until: string;
    /** The ids of those messages, newest first, as plain requests find them. */
    ids: string[];
  }
}
