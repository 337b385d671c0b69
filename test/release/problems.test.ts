import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  checkChangelog,
  readManifest,
  checkRepository,
  compareManifests,
  findInstallScripts,
  type Manifest,
} from '../../tools/release/problems.ts';

const GATEWAY: Manifest = {
  name: 'gateway',
  version: '1.2.0',
  license: 'MIT',
  repository: { type: 'git', url: 'git+https://code.test/gateway.git' },
  publishConfig: { access: 'public', provenance: true },
};
const CLIENT: Manifest = {
  ...GATEWAY,
  name: 'client',
  repository: { ...GATEWAY.repository, directory: 'packages/client' },
};

test('the manifests of this tree say what published ones must, and agree', () => {
  const [gateway, client] = ['package.json', 'packages/client/package.json'].map((file) =>
    readManifest(file, JSON.parse(readFileSync(file, 'utf8'))),
  );
  expect([gateway?.lacks, client?.lacks]).toEqual([[], []]);
  if (!gateway?.manifest || !client?.manifest) throw new Error('They are read whole, or lack something');
  expect(compareManifests(gateway.manifest, client.manifest)).toEqual([]);
});

test('a manifest says by its place what it lacks', () => {
  expect(readManifest('package.json', GATEWAY)).toEqual({ manifest: GATEWAY, lacks: [] });
  const { license: _license, ...rest } = GATEWAY;
  const lacking = { ...rest, publishConfig: { access: 'public', provenance: false } };
  expect(readManifest('package.json', lacking)).toEqual({
    manifest: null,
    lacks: [
      'package.json: license: Invalid input: expected string, received undefined',
      'package.json: publishConfig.provenance: Invalid input: expected true',
    ],
  });
});

test('packages that are released together have one version, licence and repository', () => {
  expect(compareManifests(GATEWAY, CLIENT)).toEqual([]);
  const other = {
    ...GATEWAY,
    name: 'client',
    version: '1.1.0',
    license: 'ISC',
    repository: { type: 'git', url: 'git+https://code.test/client.git' },
  } as const;
  expect(compareManifests(GATEWAY, other)).toEqual([
    'client is 1.1.0, and gateway 1.2.0',
    'client has another licence',
    'client has another repository',
    'client: repository.directory must be packages/client',
  ]);
});

test('a repository at a reserved name is no place', () => {
  expect(checkRepository(GATEWAY)).toEqual([]);
  const nowhere = { ...GATEWAY, repository: { type: 'git', url: 'git+https://git.example/x.git' } } as const;
  expect(checkRepository(nowhere)).toEqual([
    'repository.url is git+https://git.example/x.git, which is no place: provenance needs that of the sources',
  ]);
});

test.each([
  ['## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n\n- A thing.\n', []],
  ['## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n\n- A thing.\n\n## [1.1.0] - 2026-11-01\n', []],
  [
    '## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [1.1.0] - 2026-11-01\n',
    [
      'CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD"',
      'CHANGELOG.md has changes under Unreleased: "npm version" moves them under the new version',
    ],
  ],
  ['## [Unreleased]\n\n## [1.2.0]\n', ['CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD"']],
  ['## [Unreleased]\n\n## [112.0] - 2026-12-01\n', ['CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD"']],
])('a changelog with %j has these problems: %j', (text, problems) => {
  expect(checkChangelog(`# Changelog\n\n${text}`, '1.2.0')).toEqual(problems);
});

test('packages of production that run scripts are found, unless this project refuses them', () => {
  const lock = {
    packages: {
      '': { hasInstallScript: true },
      'node_modules/native': { hasInstallScript: true },
      'node_modules/a/node_modules/@b/c': { hasInstallScript: true },
      'node_modules/compiler': { hasInstallScript: true, dev: true },
      'node_modules/plain': {},
    },
  };
  expect(findInstallScripts(lock, ['@b/c'])).toEqual(['native runs a script when it is installed']);
  const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    allowScripts: Record<string, boolean>;
  };
  const refused = Object.keys(allowScripts).filter((name) => allowScripts[name] === false);
  expect(findInstallScripts(JSON.parse(readFileSync('package-lock.json', 'utf8')), refused)).toEqual([]);
});
