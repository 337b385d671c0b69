import { z } from 'zod';

/** What the manifest of a package that is published must say. */
const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  repository: z.object({ type: z.literal('git'), url: z.url(), directory: z.string().optional() }),
  publishConfig: z.object({ access: z.literal('public'), provenance: z.literal(true) }),
});
export type Manifest = z.infer<typeof manifest>;

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({ dev: z.boolean().optional(), hasInstallScript: z.boolean().optional() }),
  ),
});

/** Reads a manifest; null with what it lacks, in words that begin with its place. */
export function readManifest(place: string, value: unknown): { manifest: Manifest | null; lacks: string[] } {
  const { data, error } = manifest.safeParse(value);
  if (data) return { manifest: data, lacks: [] };
  return {
    manifest: null,
    lacks: error.issues.map(({ path, message }) => `${place}: ${path.join('.')}: ${message}`),
  };
}

/** What two packages that are released together must have in common. */
export function compareManifests(gateway: Manifest, client: Manifest): string[] {
  return [
    ...(gateway.version === client.version
      ? []
      : [`${client.name} is ${client.version}, and ${gateway.name} ${gateway.version}`]),
    ...(gateway.license === client.license ? [] : [`${client.name} has another licence`]),
    ...(gateway.repository.url === client.repository.url ? [] : [`${client.name} has another repository`]),
    ...(client.repository.directory === 'packages/client'
      ? []
      : [`${client.name}: repository.directory must be packages/client`]),
  ];
}

/** A changelog has a section of the version, with its day, and nothing in Unreleased. */
export function checkChangelog(text: string, version: string): string[] {
  const sections = text.split(/^## /m).slice(1);
  const heading = new RegExp(`^\\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}\\n`);
  const [unreleased = ''] = sections.filter((section) => section.startsWith('[Unreleased]'));
  return [
    ...(sections.some((section) => heading.test(section))
      ? []
      : [`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`]),
    ...(/^[-#]/m.test(unreleased)
      ? ['CHANGELOG.md has changes under Unreleased: "npm version" moves them under the new version']
      : []),
  ];
}

/**
 * Packages that come with the gateway and run a script when they are installed.
 *
 * @param refused names that this project lets run none, and works without
 */
export function findInstallScripts(lock: unknown, refused: readonly string[]): string[] {
  const { packages } = lockfile.parse(lock);
  return Object.entries(packages)
    .filter(([path, { dev, hasInstallScript }]) => path !== '' && hasInstallScript && !dev)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
    .filter((name) => !refused.includes(name))
    .map((name) => `${name} runs a script when it is installed`);
}

/** A place that only a maintainer who publishes can name: `.example` is reserved, and belongs to no one. */
export function checkRepository({ repository }: Manifest): string[] {
  return new URL(repository.url).hostname.endsWith('.example')
    ? [`repository.url is ${repository.url}, which is no place: provenance needs that of the sources`]
    : [];
}
