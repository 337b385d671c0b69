import { createHash } from 'node:crypto';
import type { SandboxPush } from '../sandbox.ts';
import type { TencentChatPost } from './history.ts';

export interface TencentChatPushesOptions {
  sdkAppId: number;
  callbackToken: string;
  /** Unix ms. */
  now: () => number;
}

/** What the provider posts to an app's callback URL. */
export class TencentChatPushes {
  readonly #options: TencentChatPushesOptions;

  constructor(options: TencentChatPushesOptions) {
    this.#options = options;
  }

  /** A message of the account was sent. It neither says who wrote it nor gives its sequence as a field. */
  sent(officialAccount: string, post: TencentChatPost, { isOnlineOnly = false } = {}): SandboxPush {
    return this.command('OfficialAccount.CallbackAfterSendMsg', {
      Official_Account: officialAccount,
      MsgKey: post.MsgKey,
      MsgTime: post.MsgTimeStamp,
      OnlineOnlyFlag: isOnlineOnly ? 1 : 0,
      MsgBody: post.MsgBody,
      CloudCustomData: '',
      EventTime: this.#options.now(),
    });
  }

  /** Messages of the account were recalled. */
  withdrawn(officialAccount: string, posts: readonly TencentChatPost[]): SandboxPush {
    return this.command('OfficialAccount.CallbackAfterMsgWithDraw', {
      Official_Account: officialAccount,
      WithdrawMsgList: posts.map(({ MsgKey }) => ({ MsgKey })),
      EventTime: this.#options.now(),
    });
  }

  /** Any command. */
  command(command: string, fields: Record<string, unknown>): SandboxPush {
    const { sdkAppId, callbackToken, now } = this.#options;
    const requestTime = String(Math.floor(now() / 1000));
    return {
      event: 'callback',
      method: 'POST',
      query: {
        SdkAppid: String(sdkAppId),
        CallbackCommand: command,
        contenttype: 'json',
        ClientIP: '203.0.113.7',
        OptPlatform: 'RESTAPI',
        RequestTime: requestTime,
        Sign: createHash('sha256')
          .update(callbackToken + requestTime)
          .digest('hex'),
      },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ CallbackCommand: command, ...fields }),
    };
  }
}
