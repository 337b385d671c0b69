import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startSection } from '../../tools/release/changelog.ts';

const BEFORE =
  '# Changelog\n\nWords.\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-11-20\n';

test('what was under Unreleased is under the new version', () => {
  expect(startSection(BEFORE, '0.2.0', '2026-12-01')).toBe(
    '# Changelog\n\nWords.\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-11-20\n',
  );
});

test('a version without changes is refused, and so is a changelog of another form', () => {
  const released = startSection(BEFORE, '0.2.0', '2026-12-01');
  expect(() => startSection(released, '0.3.0', '2026-12-02')).toThrow('no changes under Unreleased');
  expect(() => startSection('# Changelog\n', '0.3.0', '2026-12-02')).toThrow('one section');
});

test('the changelog has what is not released first, then each version with its day, the newest first', () => {
  const headings = readFileSync('CHANGELOG.md', 'utf8').matchAll(/^## (.*)$/gm);
  const [unreleased, ...versions] = [...headings].map(([, heading = '']) => heading);
  expect(unreleased).toBe('[Unreleased]');
  const parsed = versions.map((text) => /^\[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/.exec(text));
  expect(parsed).not.toContain(null);
  const days = parsed.map((match) => match?.[2] ?? '');
  expect(days.length).toBeGreaterThan(0);
  expect(days).toEqual(days.toSorted().reverse());
});
