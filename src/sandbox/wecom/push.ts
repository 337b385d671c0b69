import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { Random } from '../random.ts';
import type { SandboxPush } from '../sandbox.ts';

export interface WeComPushesOptions {
  callback: { token: string; encodingAesKey: string };
  /** Of whom events are: the suite's, about the corporation. */
  suiteId: string;
  corpId: string;
  random: Random;
  /** Unix ms. */
  now: () => number;
  /** @returns a token for sync_msg, good for ten minutes */
  issueToken: () => string;
}

/** The padded length is a multiple of this. */
const PADDED_TO_BYTES = 32;

/** What WeCom sends to a suite's command URL, encrypted and signed for real. */
export class WeComPushes {
  readonly #options: WeComPushesOptions;

  constructor(options: WeComPushesOptions) {
    this.#options = options;
  }

  /** There are new messages; comes with a fresh token unless one is given. */
  newMessage(token = this.#options.issueToken()): SandboxPush {
    return this.event('conversation_new_message', { Token: token });
  }

  /** Any event of a suite, with fields of its own. */
  event(infoType: string, fields: Record<string, string> = {}): SandboxPush {
    const { suiteId, corpId } = this.#options;
    const all = { SuiteId: suiteId, AuthCorpId: corpId, InfoType: infoType, ...fields };
    const elements = Object.entries(all).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
    return this.post(`<xml>${elements.join('')}<TimeStamp>${this.#seconds()}</TimeStamp></xml>`);
  }

  /** Any text in an envelope. @param receiveId the suite when left out */
  post(message: string, receiveId = this.#options.suiteId): SandboxPush {
    const encrypted = this.#encrypt(message, receiveId);
    const { suiteId } = this.#options;
    return {
      event: 'callback',
      method: 'POST',
      query: this.#sign(encrypted),
      headers: { 'content-type': 'text/xml' },
      body: `<xml><ToUserName><![CDATA[${suiteId}]]></ToUserName><AgentID><![CDATA[]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
    };
  }

  /** The check that the console makes when a URL is saved. @param receiveId the corporation when left out */
  echo(text = this.#options.random.text(19, '0123456789'), receiveId = this.#options.corpId): SandboxPush {
    const echostr = this.#encrypt(text, receiveId);
    return {
      event: 'callback',
      method: 'GET',
      query: { ...this.#sign(echostr), echostr },
      headers: {},
      body: '',
    };
  }

  #encrypt(message: string, receiveId: string): string {
    const key = Buffer.from(this.#options.callback.encodingAesKey, 'base64');
    const text = Buffer.from(message);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(receiveId)]);
    const padding = PADDED_TO_BYTES - (plain.length % PADDED_TO_BYTES);
    const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16));
    cipher.setAutoPadding(false);
    const padded = Buffer.concat([plain, Buffer.alloc(padding, padding)]);
    return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
  }

  #sign(encrypted: string): Record<string, string> {
    const timestamp = String(this.#seconds());
    const nonce = this.#options.random.text(10, '0123456789');
    const parts = [this.#options.callback.token, timestamp, nonce, encrypted];
    const signature = createHash('sha1').update(parts.sort().join('')).digest('hex');
    return { msg_signature: signature, timestamp, nonce };
  }

  #seconds(): number {
    return Math.floor(this.#options.now() / 1000);
  }
}
