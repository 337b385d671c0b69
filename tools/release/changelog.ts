const UNRELEASED = '## [Unreleased]\n';

/**
 * Begins the section of a version: what was under Unreleased is under it then.
 *
 * @param day such as 2026-11-20
 * @throws Error when there is nothing to release
 */
export function startSection(text: string, version: string, day: string): string {
  const [before, after, ...more] = text.split(UNRELEASED);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error('CHANGELOG.md must have one section "## [Unreleased]"');
  if (!/^\s*(###|-)/.test(after)) throw new Error('CHANGELOG.md has no changes under Unreleased');
  return `${before}${UNRELEASED}\n## [${version}] - ${day}\n${after}`;
}
