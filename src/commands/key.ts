import { createApiKey } from '../access/api-keys.ts';
import type { Scope } from '../access/caller.ts';

/** Prints a key, which is kept nowhere, and the line that lets its holder in. */
export function runNewKey(name: string, options: { scope: Scope[]; channel?: string[] }): void {
  const { key, sha256 } = createApiKey();
  const channels = options.channel ? `channels: [${options.channel.join(', ')}], ` : '';
  process.stdout.write(`${key}

The key is shown this once. Give it to whoever is to use it, and put this under auth: apiKeys: in the configuration:

    - { name: ${name}, sha256: ${sha256}, ${channels}scopes: [${options.scope.map((scope) => `"${scope}"`).join(', ')}] }
`);
}
