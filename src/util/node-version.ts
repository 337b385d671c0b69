import { readFileSync } from 'node:fs';

/**
 * What an operator has to do before the program can run. It imports nothing else of the program, which an older Node.js may not be
 * able to load.
 *
 * @param version of the Node.js that runs, such as `20.20.2`
 * @returns null if it is recent enough by the package's `engines`
 */
export function describeMissingNode(version: string): string | null {
  const file = new URL('../../package.json', import.meta.url);
  const { engines } = JSON.parse(readFileSync(file, 'utf8')) as { engines: { node: string } };
  const required = /^>=(\d+)$/.exec(engines.node)?.[1];
  if (required === undefined) throw new Error(`engines.node must be like ">=24", not "${engines.node}"`);
  if (parseInt(version, 10) >= Number(required)) return null;
  return (
    `chat-history-gateway needs Node.js ${required} or later, and this is Node.js ${version}. ` +
    `Install a newer one, or take one from npm:\n` +
    `npx -p node@${required} -p chat-history-gateway chat-history-gateway --help`
  );
}
