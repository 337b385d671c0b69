import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSection } from './changelog.ts';

/** `npm version` runs it, with the new version in `package.json`: the client, the changelog and the image on Kubernetes follow. */
const ROOT = join(import.meta.dirname, '../..');
const CLIENT = join(ROOT, 'packages/client/package.json');
const WITH_IMAGE = ['deployment.yaml', 'README.md'].map((file) => join(ROOT, 'deploy/kubernetes', file));
const CHANGELOG = join(ROOT, 'CHANGELOG.md');

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const client = JSON.parse(readFileSync(CLIENT, 'utf8')) as Record<string, unknown>;
writeFileSync(CLIENT, `${JSON.stringify({ ...client, version }, null, 2)}\n`);
const today = new Date().toISOString().slice(0, 10);
writeFileSync(CHANGELOG, startSection(readFileSync(CHANGELOG, 'utf8'), version, today));
for (const file of WITH_IMAGE) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll(/(\/chat-history-gateway:)[\d.]+\d/g, `$1${version}`));
}
