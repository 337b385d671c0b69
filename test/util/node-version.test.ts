import { expect, test } from 'vitest';
import { describeMissingNode } from '../../src/util/node-version.ts';

test.each(['24.0.0', '24.21.0', '26.1.0', '100.0.0'])('Node.js %s runs the program', (version) => {
  expect(describeMissingNode(version)).toBeNull();
});

test.each(['9.11.2', '20.20.2', '23.11.1'])('Node.js %s does not, and the operator reads why', (version) => {
  expect(describeMissingNode(version)).toBe(
    `chat-history-gateway needs Node.js 24 or later, and this is Node.js ${version}. Install a newer one, or take one from npm:\n` +
      'npx -p node@24 -p chat-history-gateway chat-history-gateway --help',
  );
});
