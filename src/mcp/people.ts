import { z } from 'zod';
import type { McpPersonFragment } from '../generated/mcp.ts';
import { toName } from './cut.ts';
import { Table } from './table.ts';

/** Of one conversation; a group may have thousands. */
const MAX_PEOPLE = 20;

export const person = z.object({
  participantId: z.string().describe('For who_is, and as participantId in filters.'),
  role: z.string(),
  name: z.string().optional().describe('hidden-… when the API key may not see names.'),
});
type Person = z.input<typeof person>;

export function toPerson({ id, role, displayName }: McpPersonFragment): Person {
  return { participantId: id, role, name: toName(displayName) };
}

/** Everyone whom a result is about, once. */
export const people = z.array(person.extend({ key: z.string().describe('What other fields name them by.') }));

export class People extends Table<Person> {
  constructor() {
    super('p');
  }

  keyOfPerson(found: McpPersonFragment): string {
    return this.keyOf(found.id, () => toPerson(found));
  }

  /** @returns undefined when the provider does not list them */
  keysOf(participants: readonly McpPersonFragment[] | null): string[] | undefined {
    return participants?.slice(0, MAX_PEOPLE).map((found) => this.keyOfPerson(found));
  }
}

export const keysOfPeople = z
  .array(z.string())
  .optional()
  .describe(`Keys in people, at most ${MAX_PEOPLE}; left out when the provider does not list them.`);
