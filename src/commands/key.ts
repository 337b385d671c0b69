import { createApiKey } from '../access/api-keys.ts';
import type { Scope } from '../access/caller.ts';

/** Prints a key, which is stored nowhere, and the line of the configuration that admits it. */
export function runNewKey(name: string, options: { scope: Scope[]; channel?: string[] }): void {
  const { key, sha256 } = createApiKey();
  const channels = options.channel ? `channels: [${options.channel.join(', ')}], ` : '';
  process.stdout.write(`${key}

The key is shown only once. Give it to its user, and put this under auth: apiKeys: in the configuration:

    - { name: ${name}, sha256: ${sha256}, ${channels}scopes: [${options.scope.map((scope) => `"${scope}"`).join(', ')}] }
`);
}
