import type { Sample } from '../provider.ts';
import { KINDS } from './to-message.ts';

const MESSAGES = 100;

export function toSample(now: number): Sample {
  const from = Math.floor(now / 1000) - MESSAGES - 1;
  const messages = Array.from({ length: MESSAGES }, (_, index) => ({
    msgid: `sample-${index}`,
    sender: { type: (index % 3) + 1, id: `sender-${index % 3}` },
    receiver_list: [{ type: 2, id: 'customer' }],
    ...(index % 2 === 0 && { chatid: 'group' }),
    send_time: from + index,
    msgtype: index % KINDS.length,
    service_encrypt_info: { encrypted_secret_key: 'c2FtcGxl', public_key_ver: 1 },
  }));
  const ok = { errcode: 0, errmsg: 'ok' };
  return {
    config: { provider: 'WECOM', corpId: 'sample', secret: 'sample' },
    answers: {
      '/cgi-bin/gettoken': () => ({ ...ok, access_token: 'sample', expires_in: 7200 }),
      '/cgi-bin/chatdata/sync_msg': () => ({
        ...ok,
        has_more: 0,
        next_cursor: 'sample',
        msg_list: messages,
      }),
    },
  };
}
