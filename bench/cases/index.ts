import type { BenchCase } from '../bench-case.ts';
import { cold } from './cold.ts';
import { newest } from './newest.ts';
import { warm } from './warm.ts';

/** In the order in which they run. */
export const cases: readonly BenchCase[] = [warm, cold, newest];
