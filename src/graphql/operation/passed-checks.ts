import type { Caller } from '../../access/caller.ts';
import type { PreparedOperation } from './documents.ts';
import type { Variables } from './operation-walk.ts';

const MAX_PER_OPERATION = 100;

/**
 * What the checks of cost and scopes found of operations that passed them, so that a repeated one is not counted again. It is
 * forgotten with its document. What was refused is not kept, since the refusal names values.
 */
export class PassedChecks<Finding> {
  readonly #passed = new WeakMap<PreparedOperation, Map<string, { finding: Finding }>>();

  /** Runs the checks unless they passed before, for all that they depend on. @throws what they throw */
  run(operation: PreparedOperation, variables: Variables, { scopes }: Caller, check: () => Finding): Finding {
    const shapes = Object.entries(variables).map(([name, value]) => `${name}=${toShape(value)}`);
    const key = `${[...scopes].sort().join()} ${shapes.join()}`;
    const passed = this.#passed.get(operation) ?? new Map<string, { finding: Finding }>();
    const before = passed.get(key);
    if (before) return before.finding;
    const finding = check();
    // A caller who varies the sizes of pages takes no memory by it.
    if (passed.size === MAX_PER_OPERATION) passed.clear();
    this.#passed.set(operation, passed.set(key, { finding }));
    return finding;
  }
}

/**
 * What the checks see of a variable: the size that it requests, as a number or by the length of a list; whether it skips
 * a field; and whether it is there at all, which a required argument needs.
 */
function toShape(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  return typeof value === 'string' || (typeof value === 'object' && value !== null) ? 'set' : String(value);
}
