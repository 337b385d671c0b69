import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  checkChangelog,
  readManifest,
  checkRepository,
  compareManifests,
  findInstallScripts,
} from './problems.ts';
import { checkSbom, toProduction, writeSbom } from './sbom.ts';

/**
 * Whether this tree is a release: says everything that is not as it must be, and exits with 1. With `--publish`, which `npm publish`
 * runs, what only its machine can do must be true, too; otherwise it is told.
 */
const CLIENT = 'packages/client/package.json';
const SBOM = 'sbom/chat-history-gateway.cdx.json';
const isPublishing = process.argv.includes('--publish');
process.chdir(join(import.meta.dirname, '../..'));

const read = (file: string): string => readFileSync(file, 'utf8');
const readJson = (file: string): unknown => JSON.parse(read(file));

const problems: string[] = [];
const notices: string[] = [];

const gateway = readManifest('package.json', readJson('package.json'));
const client = readManifest(CLIENT, readJson(CLIENT));
problems.push(...gateway.lacks, ...client.lacks);
if (gateway.manifest && client.manifest) {
  problems.push(...compareManifests(gateway.manifest, client.manifest));
  problems.push(...checkChangelog(read('CHANGELOG.md'), gateway.manifest.version));
  notices.push(...checkRepository(gateway.manifest));
}
if (read('LICENSE') !== read('packages/client/LICENSE'))
  problems.push('packages/client/LICENSE is another one');

// What is released next must keep what these promise.
if (read('schema.graphql') !== read('released/schema.graphql'))
  problems.push('released/schema.graphql is not schema.graphql: "npm version" copies it');
if (JSON.stringify(readJson('released/views.json')) !== JSON.stringify(readViews()))
  problems.push('released/views.json has other views than this tree: "npm version" writes it');

const lock = readJson('package-lock.json');
const { allowScripts = {} } = readJson('package.json') as { allowScripts?: Record<string, boolean> };
const refused = Object.keys(allowScripts).filter((name) => allowScripts[name] === false);
problems.push(...findInstallScripts(lock, refused));

const production = toProduction(readJson('package.json'), lock);
const sbom = writeSbom(production);
mkdirSync(dirname(SBOM), { recursive: true });
writeFileSync(SBOM, `${JSON.stringify(sbom, null, 2)}\n`);
problems.push(...checkSbom(sbom, production.manifest.name, production.packages));
process.stdout.write(`${SBOM} lists ${production.packages.length} packages\n`);

try {
  // Its errors are read, however this was started; and a network that is not there is not asked again.
  const args = ['audit', 'signatures', '--loglevel=error', '--fetch-retries=0'];
  process.stdout.write(execFileSync('npm', args, { encoding: 'utf8', stdio: 'pipe' }));
} catch (error) {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
  const isUnreachable = /npm error code E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|404)/.test(stderr);
  const why = (/npm error network (.*)/.exec(stderr)?.[1] ?? stdout + stderr).trim();
  (isUnreachable ? notices : problems).push(`npm audit signatures: ${why}`);
}

/** As `npm version` would write them. */
function readViews(): unknown {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-views-'));
  try {
    const file = join(directory, 'views.json');
    execFileSync(process.execPath, ['tools/check-views.ts', '--release', file]);
    return readJson(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

for (const notice of notices)
  process.stdout.write(`${isPublishing ? 'not ready' : 'before publishing'}: ${notice}\n`);
for (const problem of problems) process.stdout.write(`not ready: ${problem}\n`);
if (problems.length > 0 || (isPublishing && notices.length > 0)) process.exitCode = 1;
else process.stdout.write('This tree is a release\n');
