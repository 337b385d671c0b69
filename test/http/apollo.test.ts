import fastify, { type FastifyInstance } from 'fastify';
import { GraphQLError, buildSchema } from 'graphql';
import type { ApolloServerPlugin } from '@apollo/server';
import { afterEach, expect, test } from 'vitest';
import { registerApollo, toHttpGraphQLRequest } from '../../src/http/apollo.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

/** A server whose answers are there already, and a plugin that comes after the one that has taken them. */
async function answerOf(later: ApolloServerPlugin): Promise<{ status: number; body: string }> {
  const app = fastify();
  apps.push(app);
  const takeAnswer: ApolloServerPlugin = {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: ({ response: { body } }) => {
          if (body.kind === 'single') body.singleResult = {};
          return Promise.resolve();
        },
      }),
  };
  const schema = buildSchema('type Query { name: String }');
  await registerApollo(app, '/graphql', { schema, plugins: [takeAnswer, later] }, (request) => ({
    httpGraphQLRequest: toHttpGraphQLRequest(request),
    context: () => Promise.resolve({}),
    written: () => Buffer.from('{"data":"written"}\n'),
  }));
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: '/graphql',
    payload: { query: '{ name }' },
  });
  return { status: statusCode, body };
}

test('an answer that was taken is sent instead of the empty one', async () => {
  expect(await answerOf({})).toEqual({ status: 200, body: '{"data":"written"}\n' });
});

test('an error after the answer was taken is not hidden by it', async () => {
  const failing: ApolloServerPlugin = {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse: () => Promise.reject(new GraphQLError('It failed at the end')),
      }),
  };
  const { status, body } = await answerOf(failing);
  expect(status).toBe(500);
  expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
});
