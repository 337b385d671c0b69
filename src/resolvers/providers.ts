import * as known from './known-providers.ts';
import type { ServedProvider } from './provider.ts';

/** All that the program knows. */
export const providers: readonly ServedProvider[] = Object.values(known);
