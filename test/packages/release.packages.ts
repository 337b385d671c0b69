import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The files of this tree in a repository of their own. */
const copy = mkdtempSync(join(tmpdir(), 'gateway-release-'));
const git = (...args: string[]): string => execFileSync('git', args, { cwd: copy, encoding: 'utf8' });

beforeAll(() => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0');
  for (const file of tracked.filter((name) => name !== '')) cpSync(file, join(copy, file));
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  git('init', '-q');
  git(
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@localhost',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'A tree',
  );
});
afterAll(() => {
  rmSync(copy, { recursive: true });
});

test('"npm version" makes a release of this tree, and the check says what only a publisher can mend', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  execFileSync('npm', ['version', 'major', '--no-git-tag-version'], { cwd: copy, stdio: 'pipe' });
  const next = `${Number(version.split('.')[0]) + 1}.0.0`;
  for (const file of ['package.json', 'packages/client/package.json'])
    expect(JSON.parse(readFileSync(join(copy, file), 'utf8'))).toMatchObject({ version: next });
  expect(git('diff', '--cached', '--name-only').split('\n')).toEqual(
    expect.arrayContaining([
      'CHANGELOG.md',
      'deploy/kubernetes/deployment.yaml',
      'packages/client/package.json',
      'released/schema.graphql',
    ]),
  );

  const check = (...args: string[]): { status: number | null; lines: string[] } => {
    const { status, stdout } = spawnSync('npm', ['run', '--silent', 'release:check', '--', ...args], {
      cwd: copy,
      encoding: 'utf8',
    });
    return { status, lines: stdout.trim().split('\n') };
  };
  const { status, lines } = check();
  expect(lines.filter((line) => line.startsWith('not ready'))).toEqual([]);
  expect([status, lines.at(-1)]).toEqual([0, 'This tree is a release']);
  const places = lines.filter((line) => line.startsWith('before publishing: repository.url'));
  const publishing = check('--publish');
  expect(publishing.lines.filter((line) => line.startsWith('not ready: repository.url'))).toHaveLength(
    places.length,
  );
  if (places.length > 0) expect(publishing.status).toBe(1);
});
