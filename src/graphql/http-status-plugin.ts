import type { ApolloServerPlugin } from '@apollo/server';
import { Kind, type GraphQLError } from 'graphql';
import { toHttpStatus } from '../errors/catalogue.ts';

const ROW_FIELDS = ['messageRows', 'messageStats', 'messageStatRows', 'responseStats', 'responseStatRows'];

/**
 * Answers a request for nothing but rows, all of which failed, with a status other than 200: many BI tools look only
 * at the status, and would chart the error as no data. All other requests get 200, as usual in GraphQL.
 */
export function createHttpStatusPlugin(): ApolloServerPlugin {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ response: { http, body }, errors = [] }) => {
          if (body.kind !== 'single') return Promise.resolve();
          const { data, errors: [shown] = [] } = body.singleResult;
          const failed = errors.filter(isOfRowField).map(({ path }) => path?.[0]);
          const keys = Object.keys(data ?? {});
          if (shown && keys.length > 0 && keys.every((key) => failed.includes(key))) {
            const { code, retryAfterSeconds } = shown.extensions ?? {};
            http.status = toHttpStatus(code);
            if (typeof retryAfterSeconds === 'number')
              http.headers.set('retry-after', String(Math.ceil(retryAfterSeconds)));
          }
          return Promise.resolve();
        },
      }),
  };
}

function isOfRowField({ path, nodes }: GraphQLError): boolean {
  const [node] = nodes ?? [];
  return path?.length === 1 && node?.kind === Kind.FIELD && ROW_FIELDS.includes(node.name.value);
}
