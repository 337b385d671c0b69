import type { BenchCase, Figures } from './bench-case.ts';
import type { Measured } from './claims.ts';

export interface RunOptions {
  isQuick: boolean;
  rounds: number;
  /** Null: all. */
  variants: readonly string[] | null;
  /** Called with a line of progress. */
  onProgress: (line: string) => void;
}

/** Round by round, every variant in each, so that a machine that slows down slows all of them. */
export async function runCase(
  { name, title, prepare }: BenchCase,
  { isQuick, rounds, variants: wanted, onProgress }: RunOptions,
): Promise<Measured> {
  onProgress(`${name}: ${title}`);
  const prepared = await prepare({ isQuick });
  try {
    const variants = [...prepared.variants].filter(([variant]) => wanted?.includes(variant) ?? true);
    for (const [variant, { does }] of variants) onProgress(`  ${variant}: ${does}`);
    const measured = new Map(
      variants.map(([variant, { does }]) => [variant, { does, rounds: new Array<Figures>() }]),
    );
    for (let round = 1; round <= rounds; round++) {
      for (const [variant, { measure }] of variants) {
        const beganAt = performance.now();
        measured.get(variant)?.rounds.push(await measure());
        const seconds = Math.round((performance.now() - beganAt) / 1000);
        onProgress(`  round ${round} of ${rounds}: ${variant}, ${seconds} s`);
      }
    }
    return measured;
  } finally {
    await prepared.close();
  }
}
