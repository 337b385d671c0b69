import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Measured, Verdict } from './claims.ts';
import { spreadOf, type Spread } from './statistics.ts';

/** A run as it is kept in `bench/results`. */
export interface BenchResult {
  /** RFC 3339. */
  at: string;
  /** Its figures mean nothing then. */
  isQuick: boolean;
  rounds: number;
  machine: { node: string; cpu: string; cores: number; memoryGB: number; hasCores: boolean };
  cases: Record<string, { figures: Record<string, Record<string, Spread>>; claims: KeptVerdict[] }>;
}

interface KeptVerdict extends Spread {
  title: string;
  must: Verdict['claim']['must'];
  isReached: boolean;
}

const GB = 1_000_000_000;

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

export function toKeptCase(measured: Measured, verdicts: readonly Verdict[]): BenchResult['cases'][string] {
  return {
    figures: Object.fromEntries([...measured].map(([variant, rounds]) => [variant, toSpreads(rounds)])),
    claims: verdicts.map(({ claim: { title, must }, value, isReached }) => ({
      title,
      ...rounded(value),
      must,
      isReached,
    })),
  };
}

/** @returns the name of the file */
export function keep(result: BenchResult, directory: string): string {
  const file = join(directory, `${result.at.slice(0, 16).replace(':', '')}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

function toSpreads(rounds: readonly Readonly<Record<string, number>>[]): Record<string, Spread> {
  const names = new Set(rounds.flatMap((figures) => Object.keys(figures)));
  return Object.fromEntries(
    [...names].map((name) => [name, rounded(spreadOf(rounds.flatMap((figures) => figures[name] ?? [])))]),
  );
}

function rounded({ median, least, most }: Spread): Spread {
  const round = (value: number): number => Number(value.toPrecision(4));
  return { median: round(median), least: round(least), most: round(most) };
}
