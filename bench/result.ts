import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Figures } from './bench-case.ts';
import type { Measured, Verdict } from './claims.ts';
import { spreadOf, type Spread } from './statistics.ts';

const spread = z.strictObject({ median: z.number(), least: z.number(), most: z.number() });
const must = z.union([z.strictObject({ atLeast: z.number() }), z.strictObject({ atMost: z.number() })]);

const keptCase = z.strictObject({
  title: z.string(),
  /** What each variant does, and leaves out. */
  variants: z.record(z.string(), z.string()),
  /** By variant, by figure. */
  figures: z.record(z.string(), z.record(z.string(), spread)),
  claims: z.array(z.strictObject({ title: z.string(), must, isReached: z.boolean(), measured: spread })),
});

/** A run as it is kept in `bench/results`. */
const benchResult = z.strictObject({
  /** RFC 3339. */
  at: z.iso.datetime(),
  /** Its figures mean nothing then. */
  isQuick: z.boolean(),
  rounds: z.number(),
  machine: z.strictObject({
    node: z.string(),
    cpu: z.string(),
    cores: z.number(),
    memoryGB: z.number(),
    /** Whether what was measured had a core to itself. */
    hasCores: z.boolean(),
  }),
  cases: z.record(z.string(), keptCase),
});

export type BenchResult = z.infer<typeof benchResult>;
export type KeptCase = z.infer<typeof keptCase>;

const GB = 1_000_000_000;
const DIGITS = 4;

export function describeMachine(hasCores: boolean): BenchResult['machine'] {
  const [cpu] = cpus();
  return {
    node: process.version,
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / GB),
    hasCores,
  };
}

export function toKeptCase(title: string, measured: Measured, verdicts: readonly Verdict[]): KeptCase {
  const variants = [...measured];
  return {
    title,
    variants: Object.fromEntries(variants.map(([name, { does }]) => [name, does])),
    figures: Object.fromEntries(variants.map(([name, { rounds }]) => [name, toSpreads(rounds)])),
    claims: verdicts.map(({ claim, measured: value, isReached }) => ({
      title: claim.title,
      must: claim.must,
      isReached,
      measured: rounded(value),
    })),
  };
}

/** By figure, over all rounds. */
export function toSpreads(rounds: readonly Figures[]): Record<string, Spread> {
  const names = new Set(rounds.flatMap((figures) => Object.keys(figures)));
  return Object.fromEntries(
    [...names].map((name) => [name, rounded(spreadOf(rounds.flatMap((figures) => figures[name] ?? [])))]),
  );
}

function rounded({ median, least, most }: Spread): Spread {
  const round = (value: number): number => Number(value.toPrecision(DIGITS));
  return { median: round(median), least: round(least), most: round(most) };
}

/** @returns the name of the file */
export function keepResult(result: BenchResult, directory: string): string {
  const file = join(
    directory,
    `${result.at.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replaceAll(':', '')}.json`,
  );
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** Oldest first. @throws ZodError when a file is none */
export function readResults(directory: string): BenchResult[] {
  return globSync(join(directory, '*.json'))
    .sort()
    .map((file) => benchResult.parse(JSON.parse(readFileSync(file, 'utf8'))));
}
