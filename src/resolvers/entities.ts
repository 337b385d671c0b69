import { assertAbstractType, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { requireScope } from '../access/caller.ts';
import { RequestError } from '../errors/request-error.ts';
import { Node } from './channel.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { participantRole } from '../gateway/global-id.ts';
import { loadNode, nodeType, recordedNode, type NodeRecord } from './node.ts';

const typed = z.object({ __typename: z.string() });
const byId = z.object({ id: z.string().min(1) });
const byNativeId = z.object({
  __typename: z.literal('Participant'),
  channelName: z.string().min(1),
  nativeId: z.string().min(1),
  role: participantRole.optional(),
});
type ByNativeId = z.infer<typeof byNativeId>;

/**
 * Resolves a router's representations: each by its global id, or a participant by its channel's name and its native
 * id. Lookups run in parallel; one that fails does not fail the others.
 *
 * @throws RequestError `BAD_USER_INPUT` when there are more than a page may have messages
 */
export function loadEntities(
  representations: readonly unknown[],
  context: GatewayContext,
  schema: GraphQLSchema,
): Promise<NodeRecord | null>[] {
  const { maxPageSize } = context.gateway.pageSizes;
  if (representations.length > maxPageSize) {
    throw new RequestError(
      'BAD_USER_INPUT',
      `"representations" may have at most ${maxPageSize} items (limits.maxPageSize); it had ${representations.length}.`,
    );
  }
  const names = readEntityNames(schema);
  return representations.map((representation) => loadEntity(representation, names, context));
}

/** The types that can be named, and the interfaces that stand for some of them. */
function readEntityNames(schema: GraphQLSchema): Set<string> {
  const typesOf = (name: string): string[] =>
    schema.getPossibleTypes(assertAbstractType(schema.getType(name))).map((type) => type.name);
  const byInterface = ['Message', 'Channel'].flatMap((name) => [name, ...typesOf(name)]);
  return new Set([...byInterface, ...typesOf('_Entity')]);
}

async function loadEntity(
  representation: unknown,
  names: ReadonlySet<string>,
  context: GatewayContext,
): Promise<NodeRecord | null> {
  const __typename = typed.safeParse(representation).data?.__typename;
  if (__typename === undefined || !names.has(__typename)) {
    throw badRepresentation(`must be an object whose "__typename" is one of ${[...names].join(', ')}`);
  }
  const record = await findRecord(__typename, representation, context);
  // Routers name messages and channels by their interface, or by their type before it was an entity interface.
  const isOfType =
    record !== null &&
    (nodeType(record) === __typename || Node.__resolveType(record, context) === __typename);
  return isOfType ? record : null;
}

async function findRecord(
  __typename: string,
  representation: unknown,
  context: GatewayContext,
): Promise<NodeRecord | null> {
  const named = byId.safeParse(representation);
  if (named.success) return loadNode(named.data.id, context);
  const written = byNativeId.safeParse(representation);
  if (written.success) return toParticipant(written.data, context);
  throw badRepresentation(
    __typename === 'Participant'
      ? 'of Participant must have "id", or "channelName" and "nativeId" and, if it is known, "role"'
      : `of ${__typename} must have "id"`,
  );
}

/**
 * A caller that may not read native ids may not probe for them either: phone numbers can be tried one after another.
 */
function toParticipant(
  { channelName, nativeId, role }: ByNativeId,
  { caller, gateway }: GatewayContext,
): Promise<NodeRecord | null> {
  requireScope(caller, 'participants:read', 'Finding a participant by "nativeId"');
  const participant = gateway.channels.get(channelName)?.toParticipant(nativeId);
  return recordedNode(participant ? { ...participant, role: role ?? participant.role } : null, gateway);
}

function badRepresentation(what: string): RequestError {
  return new RequestError('BAD_USER_INPUT', `A representation ${what}.`);
}
