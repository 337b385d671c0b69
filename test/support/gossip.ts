import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Canaries } from './canaries.ts';

/** A provider that says things which nobody may repeat, in every way in which an answer can be wrong. */
export interface Gossip {
  baseUrl: string;
  close(): Promise<void>;
}

export async function startGossip(canaries: Canaries): Promise<Gossip> {
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      const answer = ANSWERS[calls++ % ANSWERS.length];
      answer?.(response, canaries);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // What listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Answer = (response: ServerResponse, canaries: Canaries) => void;

const json =
  (make: (canaries: Canaries) => unknown, status = 200): Answer =>
  (response, canaries) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(make(canaries)));
  };

/** Fields of all four providers, so that whoever asks takes it for an answer. */
const said = ({ word }: Canaries): Record<string, unknown> => ({
  errcode: 0,
  errmsg: word(),
  ErrorCode: 0,
  ErrorInfo: word(),
  ActionStatus: 'OK',
  code: 200,
  msg: word(),
  access_token: word(),
  expires_in: 7200,
});

const ANSWERS: Answer[] = [
  json(said),
  json((canaries) => ({
    ...said(canaries),
    recordlist: [{ openid: canaries.word(), text: canaries.word() }],
  })),
  json((canaries) => ({ ...said(canaries), msg_list: [{ msgid: canaries.word(), text: canaries.phone() }] })),
  json((canaries) => ({
    ...said(canaries),
    RspMsgList: [{ From_Account: canaries.phone() }],
    IsNeedMore: canaries.word(),
  })),
  json((canaries) => ({
    ...said(canaries),
    data: { data: [{ content: canaries.word(), whatsId: canaries.phone() }] },
  })),
  json(({ word }) => ({ errcode: word(), ErrorCode: word(), code: word(), access_token: [word()] })),
  json(({ word }) => ({
    errcode: 40001,
    errmsg: word(),
    ErrorCode: 70001,
    ErrorInfo: word(),
    code: 500,
    msg: word(),
  })),
  json(({ word }) => [word(), { [word()]: word() }]),
  json(({ word }) => word(), 401),
  json(({ word }) => ({ error: word() }), 500),
  (response, { word }) => response.writeHead(429, { 'retry-after': word(), [word()]: word() }).end(word()),
  (response, { word }) =>
    response.writeHead(302, { location: `http://127.0.0.1:1/${word()}?token=${word()}` }).end(),
  (response, { word }) => response.end(`{"errcode":0,"access_token":"${word()}","msg":"${word()}`),
  (response, { word }) => response.end(`<html>${word()}</html>`),
  (response, { word }) => {
    response.writeHead(200, { 'content-length': '9999' });
    response.write(word());
    setImmediate(() => response.destroy());
  },
];
