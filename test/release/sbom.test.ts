import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkSbom, toProduction, writeSbom } from '../../tools/release/sbom.ts';

const component = (name: string): Record<string, unknown> => ({
  'bom-ref': `${name}@1.0.0`,
  type: 'library',
  name,
  version: '1.0.0',
  purl: `pkg:npm/${name}@1.0.0`,
  licenses: [{ license: { id: 'MIT' } }],
  hashes: [{ alg: 'SHA-512', content: '0a1b' }],
});
const SBOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: 'urn:uuid:d5fa3d4d-b3ff-4bc4-b7ea-81667f945fd8',
  version: 1,
  metadata: { timestamp: '2026-12-01T00:00:00.000Z', component: component('gateway') },
  components: [component('a'), component('b')],
  dependencies: [{ ref: 'gateway@1.0.0', dependsOn: ['a@1.0.0', 'b@1.0.0'] }],
};
const PACKAGES = ['a@1.0.0', 'b@1.0.0'];

test('npm writes one of the packages that come with the gateway, all of them, and of no other', () => {
  const [manifest, lock] = ['package.json', 'package-lock.json'].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')) as unknown,
  );
  const production = toProduction(manifest, lock);
  const { dependencies } = manifest as { dependencies: Record<string, string> };
  const names = production.packages.map((one) => one.replace(/@[^@]+$/, ''));
  expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  expect(names).not.toContain('vitest');

  const sbom = writeSbom(production);
  expect(checkSbom(sbom, 'chat-history-gateway', production.packages)).toEqual([]);
  const { components } = sbom as { components: { name: string }[] };
  expect(new Set(components.map(({ name }) => name))).toEqual(new Set(names));
});

test.each([
  ['what is well', SBOM, []],
  [
    'another format',
    { ...SBOM, bomFormat: 'SPDX' },
    ['SBOM: bomFormat: Invalid input: expected "CycloneDX"'],
  ],
  [
    'a package that is missing',
    { ...SBOM, components: [component('a')], dependencies: [] },
    ['SBOM: b@1.0.0 is missing'],
  ],
  [
    'an edge to what is not there',
    { ...SBOM, dependencies: [{ ref: 'a@1.0.0', dependsOn: ['c@1.0.0'] }] },
    ['SBOM: c@1.0.0 is needed, and no component'],
  ],
  [
    'another project, and the same package twice',
    {
      ...SBOM,
      metadata: { ...SBOM.metadata, component: component('folder') },
      components: [component('a'), component('b'), component('b')],
      dependencies: [],
    },
    ['SBOM: it is of folder', 'SBOM: two components have the same bom-ref'],
  ],
  [
    'a package without a licence and a hash',
    { ...SBOM, components: [component('a'), { ...component('b'), licenses: [], hashes: [] }] },
    ['SBOM: b has no hash', 'SBOM: b has no licence'],
  ],
])('of %s it says what is wrong', (_, sbom, problems) => {
  expect(checkSbom(sbom, 'gateway', PACKAGES)).toEqual(problems);
});
