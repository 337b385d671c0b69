import type { BenchCase } from '../bench-case.ts';
import { cold } from './cold.ts';
import { exporting } from './export.ts';
import { fanOut } from './fan-out.ts';
import { ingest } from './ingest.ts';
import { newest } from './newest.ts';
import { replicas } from './replicas.ts';
import { startUp } from './start-up.ts';
import { walk } from './walk.ts';
import { warm } from './warm.ts';

/** In the order in which they run. */
export const cases: readonly BenchCase[] = [
  warm,
  cold,
  newest,
  walk,
  exporting,
  fanOut,
  ingest,
  replicas,
  startUp,
];
