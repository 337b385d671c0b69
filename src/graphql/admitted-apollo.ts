import type { ApolloServerOptions, ApolloServerPlugin } from '@apollo/server';
import {
  GraphQLError,
  OperationTypeNode,
  parse,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { sightOf } from '../access/caller.ts';
import type { AdmittedRequest } from './admission.ts';
import { REQUEST_ERRORS } from '../errors/catalogue.ts';
import { currentRequest } from '../observability/request-info.ts';
import type { GatewayContext } from '../gateway/context.ts';
import { JsonText, toJsonObject } from './execution/json-text.ts';
import type { Executor } from './execution/executor.ts';

/** Apollo's context of a request: the admitted operation, and the context for its resolvers. */
export interface ApolloContext {
  admitted: AdmittedRequest;
  createContext: () => GatewayContext;
  /** Takes the answer as JSON, instead of what Apollo writes. */
  takeAnswer: (json: Buffer) => void;
}

/**
 * Makes Apollo execute the admitted operation, and nothing else: from the request it reads only how the client wants
 * its answer. A request with the extension `cost: true` is answered with one: what the operation could cost, and the calls
 * that were made.
 */
export function createAdmittedGateway(
  schema: GraphQLSchema,
  { execute }: Executor,
): NonNullable<ApolloServerOptions<ApolloContext>['gateway']> {
  return {
    onSchemaLoadOrUpdate: (load) => {
      load({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: () =>
      Promise.resolve({
        executor: async ({ context }) => {
          // Apollo's gateway interface loses the type of the context.
          const { admitted, createContext } = context as ApolloContext;
          const { verdict } = admitted;
          if (!verdict) throw new Error('Apollo executes what was not admitted');
          if (!verdict.operation) return { errors: verdict.errors };
          const contextValue = createContext();
          const result = await execute({
            ...verdict.operation,
            contextValue,
            sight: sightOf(contextValue.caller),
          });
          if (admitted.parameters.extensions?.['cost'] !== true) return result;
          // After the execution, which makes the calls.
          const { callsMade } = contextValue.requestBudget;
          return { ...result, extensions: { cost: { ...verdict.cost, callsMade } } };
        },
      }),
    stop: () => Promise.resolve(),
  };
}

/** Replaces a document that cannot be executed and whose errors are known. */
const NOTHING = parse('{ __typename }');

/** Apollo parses and validates a document that it is not given. */
export const useAdmittedDocument: ApolloServerPlugin<ApolloContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveSource: (request) => {
        const { verdict } = request.contextValue.admitted;
        if (verdict) Object.assign(request, { document: verdict.document ?? NOTHING });
        return Promise.resolve();
      },
      didResolveOperation: ({ contextValue }) => {
        const info = currentRequest.getStore();
        if (info && !contextValue.admitted.verdict?.document) info.operation = null;
        return Promise.resolve();
      },
    }),
};

/** Apollo makes a string of each answer, which costs more than the rest of what it does when the answer is there as bytes. */
export const takeWrittenAnswer: ApolloServerPlugin<ApolloContext> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response: { body }, contextValue }) => {
        if (body.kind === 'single' && body.singleResult.data instanceof JsonText) {
          const { data, errors, extensions } = body.singleResult;
          const { parts } = toJsonObject({ errors, data, extensions });
          // Apollo's end with a newline, too.
          contextValue.takeAnswer(new JsonText([...parts, '\n']).toBytes());
          body.singleResult = {};
        }
        return Promise.resolve();
      },
    }),
};

/** A subscription does not end, but a single answer must. */
export const refuseSubscriptions: ApolloServerPlugin<ApolloContext> = {
  requestDidStart: () =>
    Promise.resolve({
      // The library calls it also when the document has no operation with the name that was sent.
      didResolveOperation: ({ operation }: { operation?: OperationDefinitionNode }) => {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
        const message = 'Subscribe over WebSocket, or with server-sent events at /graphql/stream.';
        const extensions = { code: 'BAD_USER_INPUT', http: { status: REQUEST_ERRORS.BAD_USER_INPUT.status } };
        throw new GraphQLError(message, { extensions });
      },
    }),
};
