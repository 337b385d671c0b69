import { z } from 'zod';
import type { JsonValue } from '../../domain/records.ts';

/** Deeper than any message is, and shallow enough for recursive code. */
const MAX_DEPTH = 200;

/**
 * Any JSON. `z.json()` means the same, but tries all kinds of value for each, and runs out of stack before it
 * refuses.
 */
export const jsonValue = z.custom<JsonValue>(isJsonValue, 'must be JSON');

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isJsonValue(value: unknown): value is JsonValue {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return false;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'object' && item !== null) {
        for (const inner of Object.values(item)) next.push(inner);
      } else if (!isScalar(item)) return false;
    }
    level = next;
  }
  return true;
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
