import type { GraphQLObjectType } from 'graphql';
import type { Variables } from '../operation/operation-walk.ts';
import { isCacheablePlan } from './cacheable-plan.ts';
import type { JsonText } from './json-text.ts';
import type { OperationInfo, SelectionPlan } from './plan.ts';

/** One selection of a record, as some callers see it. */
interface Kept {
  readonly sight: string;
  readonly text: JsonText;
  readonly length: number;
}

/** Of one generation; there are two. */
const MAX_BYTES = 16 * 1024 * 1024;
/** What an entry takes besides its text. */
const ENTRY_BYTES = 200;
/** Of one selection; they are searched one after the other. */
const MAX_SIGHTS = 8;

/** By the plan of the selection, so that a text is kept no longer than the document that it was made for. */
type Generation = WeakMap<SelectionPlan, WeakMap<object, Kept[]>>;

/**
 * The JSON of records, for as long as they are in memory. Bounded: when a generation is full, it becomes the previous one,
 * and what was not used since the one before is dropped.
 */
export class RecordTexts {
  readonly #isRecord: (type: GraphQLObjectType) => boolean;
  readonly #decided = new WeakMap<SelectionPlan, boolean>();
  #current: Generation = new WeakMap();
  #previous: Generation = new WeakMap();
  #bytes = 0;

  /** @param isRecord whether objects of the type never change, and stay the same objects while they are in memory */
  constructor(isRecord: (type: GraphQLObjectType) => boolean) {
    this.#isRecord = isRecord;
  }

  /** Whether the text of such objects may be kept. @param variables of the execution that `fields` was planned in */
  keeps(
    operation: OperationInfo,
    type: GraphQLObjectType,
    fields: SelectionPlan,
    variables: Variables,
  ): boolean {
    let decision = this.#decided.get(fields);
    if (decision === undefined) {
      decision = this.#isRecord(type) && isCacheablePlan(operation, fields, variables);
      this.#decided.set(fields, decision);
    }
    return decision;
  }

  /** @param sight equal for callers who see the same */
  get(record: object, fields: SelectionPlan, sight: string): JsonText | null {
    const kept = find(this.#current, record, fields, sight);
    if (kept) return kept.text;
    const earlier = find(this.#previous, record, fields, sight);
    if (earlier) this.#keep(record, fields, earlier);
    return earlier?.text ?? null;
  }

  set(record: object, fields: SelectionPlan, sight: string, text: JsonText): void {
    const length = text.parts.reduce((sum, part) => sum + part.length, 0);
    this.#keep(record, fields, { sight, text, length });
  }

  #keep(record: object, fields: SelectionPlan, kept: Kept): void {
    let records = this.#current.get(fields);
    if (!records) this.#current.set(fields, (records = new WeakMap()));
    const others = records.get(record) ?? [];
    records.set(record, [kept, ...others.slice(0, MAX_SIGHTS - 1)]);
    this.#bytes += kept.length + ENTRY_BYTES;
    if (this.#bytes < MAX_BYTES) return;
    this.#previous = this.#current;
    this.#current = new WeakMap();
    this.#bytes = 0;
  }
}

function find(
  generation: Generation,
  record: object,
  fields: SelectionPlan,
  sight: string,
): Kept | undefined {
  return generation
    .get(fields)
    ?.get(record)
    ?.find((kept) => kept.sight === sight);
}
