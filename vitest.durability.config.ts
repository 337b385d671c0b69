import { defineConfig } from 'vitest/config';
import shared from './vitest.config.ts';

/** What needs `strace` to be seen; apart, since not every machine has it. */
export default defineConfig({ ...shared, test: { ...shared.test, include: ['test/durability/*.trace.ts'] } });
