import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const project = z.looseObject({ name: z.string(), devDependencies: z.unknown().optional() });
const lockfile = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({ dev: z.boolean().optional(), version: z.string().optional() }),
  ),
});

const component = z.object({
  'bom-ref': z.string().min(1),
  type: z.enum(['library', 'application', 'framework']),
  name: z.string().min(1),
  version: z.string().min(1),
  purl: z.string().startsWith('pkg:npm/'),
  licenses: z.array(z.unknown()).optional(),
  hashes: z.array(z.object({ alg: z.string(), content: z.string().regex(/^[0-9a-f]+$/) })).optional(),
});

/** What CycloneDX 1.5 requires, and readers of ours: packages with versions, and which needs which. */
const bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string().regex(/^1\.[4-9]$/),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  version: z.int().min(1),
  metadata: z.looseObject({ timestamp: z.iso.datetime(), component }),
  components: z.array(component).min(1),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

/** A project as a consumer of its package has it. */
export interface Production {
  manifest: z.infer<typeof project>;
  lock: z.infer<typeof lockfile>;
  /** `NAME@VERSION` of each package, the project's own left out. */
  packages: string[];
}

export function toProduction(manifest: unknown, lock: unknown): Production {
  const { devDependencies: _dev, ...rest } = project.parse(manifest);
  const { packages, ...head } = lockfile.parse(lock);
  const { devDependencies: _ofRoot, ...root } = packages[''] ?? {};
  const kept = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  return {
    manifest: rest,
    lock: { ...head, packages: { '': root, ...Object.fromEntries(kept) } },
    packages: kept.map(([path, { version = '' }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`),
  };
}

/**
 * Lets npm write the bill of materials, as CycloneDX in JSON. `npm sbom --omit dev` leaves out what is needed both ways, so npm gets a
 * project without its development dependencies; and it names a project by its folder.
 */
export function writeSbom({ manifest, lock }: Production): unknown {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-sbom-'));
  try {
    const folder = join(directory, manifest.name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
    return JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * What is wrong with a bill of materials of a package.
 *
 * @param packages `NAME@VERSION` of each that must be in it
 */
export function checkSbom(value: unknown, name: string, packages: readonly string[]): string[] {
  const { data, error } = bom.safeParse(value);
  if (!data) return error.issues.map(({ path, message }) => `SBOM: ${path.join('.')}: ${message}`);
  const all = [data.metadata.component, ...data.components];
  const refs = new Set(all.map((one) => one['bom-ref']));
  const targets = data.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
  const unhashed = data.components.filter(({ hashes = [] }) => hashes.length === 0);
  const unlicensed = data.components.filter(({ licenses = [] }) => licenses.length === 0);
  return [
    ...(data.metadata.component.name === name ? [] : [`SBOM: it is of ${data.metadata.component.name}`]),
    ...(refs.size === all.length ? [] : ['SBOM: two components have the same bom-ref']),
    ...targets.filter((ref) => !refs.has(ref)).map((ref) => `SBOM: ${ref} is needed, and no component`),
    ...packages.filter((one) => !refs.has(one)).map((one) => `SBOM: ${one} is missing`),
    ...unhashed.map((one) => `SBOM: ${one.name} has no hash`),
    ...unlicensed.map((one) => `SBOM: ${one.name} has no licence`),
  ];
}
