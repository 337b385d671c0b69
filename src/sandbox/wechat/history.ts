import { chatMoments, type MomentsOptions } from '../moments.ts';
import { Random } from '../random.ts';

/** A line of history as the provider has it; ids ascend in time over the whole account. */
export interface WeChatSandboxRecord {
  id: number;
  openid: string;
  opercode: number;
  text: string;
  /** Unix seconds. */
  time: number;
  worker: string;
}

export interface WeChatSandboxAgent {
  kf_account: string;
  kf_nick: string;
  /** The provider sends either, at whim. */
  kf_id: number | string;
  kf_headimgurl: string;
  /** The account is not bound to a person: it has no sessions and says so. */
  isBound: boolean;
}

const FIRST_ID = 20_165_001;
const SESSION_GAP_SECONDS = 600;
const OPENID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

export const AGENTS: readonly [WeChatSandboxAgent, ...WeChatSandboxAgent[]] = [
  {
    kf_account: 'lin@teahouse',
    kf_nick: '小林',
    kf_id: 1001,
    kf_headimgurl: 'http://mmbiz.example/lin.png',
    isBound: true,
  },
  { kf_account: 'chen@teahouse', kf_nick: '陈晨', kf_id: '1002', kf_headimgurl: '', isBound: true },
  {
    kf_account: 'amy@teahouse',
    kf_nick: 'Amy',
    kf_id: 1003,
    kf_headimgurl: 'http://mmbiz.example/amy.png',
    isBound: true,
  },
  { kf_account: 'spare@teahouse', kf_nick: 'Spare desk', kf_id: '1004', kf_headimgurl: '', isBound: false },
  { kf_account: '', kf_nick: 'Invited', kf_id: 1005, kf_headimgurl: '', isBound: false },
];

const QUESTIONS: readonly [string, ...string[]] = [
  '你好，请问今天营业到几点？',
  '我的订单还没有收到，能帮我查一下吗？',
  '这款龙井是今年的新茶吗？',
  '可以开发票吗？抬头是公司。',
  '谢谢，收到了！',
  '好的',
  '[image]',
  '[voice]',
  'Hi, do you ship to Singapore?',
  'My parcel arrived with one tin missing.\nOrder 20260311-884',
  'Can I change the delivery address?',
  'Thanks, that was quick!',
  '在吗？🍵',
];
const ANSWERS: readonly [string, ...string[]] = [
  '您好，客服小林为您服务。',
  '我们每天营业到晚上九点。',
  '已经为您查到：包裹今天下午派送。',
  '是的，今年清明前采摘的。\n每罐50克。',
  '请把订单号发给我，谢谢。',
  '[image]',
  '[video]',
  'Yes, we do. Shipping takes five to eight days.',
  'I am sorry about that. A replacement leaves today.',
  'Done: the new address is on your order.\u0008',
  'You are welcome!',
  '不客气，祝您生活愉快！',
];

/** Makes an account's history: sessions of customers with agents, with gaps, shared seconds and identical lines. */
export function createHistory(seed: number, moments: MomentsOptions): WeChatSandboxRecord[] {
  const random = new Random(seed);
  const times = chatMoments(random, moments).map((moment) => moment / 1000);
  const customers = Array.from({ length: Math.max(1, Math.ceil(times.length / 12)) }, () => toOpenId(random));
  const records: Omit<WeChatSandboxRecord, 'id'>[] = [];
  let openid = '';
  let worker = '';
  for (const [index, time] of times.entries()) {
    const before = records.at(-1);
    const isNewSession = !before || time - before.time > SESSION_GAP_SECONDS;
    if (isNewSession) {
      openid = customers[random.between(0, customers.length - 1)] ?? toOpenId(random);
      worker = AGENTS[random.between(0, 2)]?.kf_account ?? AGENTS[0].kf_account;
    }
    if (before?.time === time && random.chance(0.3)) records.push({ ...before });
    else if (isNewSession && random.chance(0.2))
      records.push({ openid, opercode: 1001, text: '', time, worker });
    else if (index % 97 === 96)
      records.push({ openid, opercode: 2099, text: 'A kind of its own', time, worker });
    else if (random.chance(0.5))
      records.push({ openid, opercode: 2003, text: random.pick(QUESTIONS), time, worker });
    else records.push({ openid, opercode: 2002, text: random.pick(ANSWERS), time, worker });
  }
  return records.map((record, index) => ({ id: FIRST_ID + index, ...record }));
}

/** What a customer or an agent says next. */
export function createLine(random: Random, time: number): Omit<WeChatSandboxRecord, 'id'> {
  const worker = AGENTS[random.between(0, 2)]?.kf_account ?? AGENTS[0].kf_account;
  const openid = toOpenId(random);
  return random.chance(0.5)
    ? { openid, opercode: 2003, text: random.pick(QUESTIONS), time, worker }
    : { openid, opercode: 2002, text: random.pick(ANSWERS), time, worker };
}

/** @param records oldest first */
export function nextId(records: readonly WeChatSandboxRecord[]): number {
  return (records.at(-1)?.id ?? FIRST_ID - 1) + 1;
}

export function toOpenId(random: Random): string {
  return `o${random.text(27, OPENID_ALPHABET)}`;
}
