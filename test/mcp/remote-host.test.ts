import { expect, onTestFinished, test } from 'vitest';
import { createRemoteHost } from '../../src/mcp/remote-host.ts';
import { listChannels } from '../../src/mcp/tools/list-channels.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { createScriptedServer, type ReceivedRequest, type Scene } from '../support/scripted-server.ts';

/** What a model is told when a gateway answers so. */
async function call(
  scene: Scene,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ outcome: unknown; requests: ReceivedRequest[] }> {
  const server = await createScriptedServer(scene);
  onTestFinished(() => server.close());
  const { log, text } = createMemoryLog('trace');
  const url = new URL(`${server.url}?key=secret`);
  const host = createRemoteHost({ url, apiKey: 'chg_key', timeoutMs: 200, log });
  const outcome = await listChannels.call({}, host, signal).catch((error: unknown) => host.describe(error));
  expect(text()).toBe('');
  return { outcome, requests: server.requests };
}

test('it sends the document with its id and the key, and returns what the gateway answers', async () => {
  const { outcome, requests } = await call((response) => response.end('{"data":{"channels":[]}}'));
  expect(requests).toMatchObject([
    {
      headers: { authorization: 'Bearer chg_key' },
      body: {
        documentId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        query: listChannels.document.toString(),
        variables: {},
      },
    },
  ]);
  expect(outcome).toMatchObject({ result: { channels: [], notes: [] }, errors: null });
});

test('errors of the gateway are passed on, also beside data', async () => {
  const errors = [{ message: 'Slower', extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 7, more: 1 } }];
  const { outcome } = await call((response) =>
    response.writeHead(429).end(JSON.stringify({ data: { channels: [] }, errors })),
  );
  expect(outcome).toEqual({
    result: null,
    errors: [{ message: 'Slower', code: 'RATE_LIMITED', retryAfterSeconds: 7 }],
  });
});

test.each(['<html>', '{}', '{"data":null}', '{"errors":[]}', '{"errors":[{"message":"x"}]}', ''])(
  'an answer such as %j is not taken for one of the gateway, and the URL is told without its query',
  async (body) => {
    const { outcome } = await call((response) => response.writeHead(502).end(body));
    expect(outcome).toMatchObject({
      code: 'GATEWAY_UNAVAILABLE',
      message: expect.stringMatching(
        /^HTTP 502 from http:\/\/127\.0\.0\.1:\d+\/graphql, which is not GraphQL/,
      ) as string,
    });
  },
);

test.each<[string, Scene]>([
  ['does not answer in time', () => undefined],
  [
    'breaks off',
    (response) => {
      response.write('{"data"');
      setImmediate(() => response.destroy());
    },
  ],
])('a gateway that %s is told of', async (_, scene) => {
  const { outcome } = await call(scene);
  expect(outcome).toMatchObject({
    code: 'GATEWAY_UNAVAILABLE',
    message: expect.stringMatching(/^The gateway does not answer at http:\/\/127\.0\.0\.1:\d+:/) as string,
  });
});

test('a call that is cancelled ends the request', async () => {
  const controller = new AbortController();
  const ended = Promise.withResolvers<undefined>();
  const { outcome } = await call((response) => {
    response.once('close', () => {
      ended.resolve(undefined);
    });
    controller.abort();
  }, controller.signal);
  expect(outcome).toMatchObject({ code: 'GATEWAY_UNAVAILABLE' });
  await ended.promise;
});
