import { clientChats, clientStatuses, msgSyncData } from './whatsapp-scrm/push-fixtures.ts';
import { samples as chatRecords } from './whatsapp-scrm/fixtures.ts';
import { SAMPLE_PAGE } from './tencent-chat/sample-page.ts';
import { parseProviderJson } from '../../src/datasources/kit/json.ts';
import {
  chatArchive,
  chatLog,
  chatRecordsRequest,
  officialAccountRequest,
  sessionList,
} from './seed-samples.ts';

/** How the value of a sample looks in an answer; undefined where this value stands for none. */
type Look = (value: unknown) => unknown;

/**
 * What became of a field of a provider's page:
 * - `shows`: the field of the schema, as `Type.field`, in which the sample's value is found,
 * - `asks`: a field or an argument of the schema, as `Type.field`, for which the provider is sent `sends` under this name;
 *   null: in a call that the gateway makes of its own accord,
 * - `fails`: the `SourceStatus.state` of a channel that is answered with this code, which is its `providerCode`,
 * - `account`: the `CustomerServiceAccount.state` of an account for which the provider answers with this code,
 * - `reason`: a sentence that says why none of these.
 */
export type SeedField =
  | { shows: string; as?: Look }
  | { asks: string | null; sends: unknown }
  | { fails: string }
  | { account: string }
  | { reason: string };

export interface Seed {
  name: string;
  /** The name of the channel in which its values must be found. */
  channel: string;
  /** The last part of the path of the call; a page of what is pushed has none. */
  call?: string;
  /** The samples, of which every field must be in `fields`. */
  samples: Record<string, unknown>;
  /** By path; `[]` for any item of a list. JSON inside of texts is gone into. */
  fields: Record<string, SeedField>;
}

const unlessEmpty: Look = (value) => (value === '' || value === null ? undefined : value);
const seconds: Look = (value) => new Date(Number(value) * 1000).toISOString();
const milliseconds: Look = (value) => new Date(Number(value)).toISOString();
/** WhatsApp addresses without their domain. */
const address: Look = (value) => String(value).replace('@c.us', '');
const names =
  (meanings: Record<string, string>): Look =>
  (value) =>
    meanings[String(value)];
const unset: Look = (value) => (value === 0 ? undefined : unlessEmpty(value));

const PAGING = 'It is paging of the provider, for which cursors stand.';
const ENVELOPE = 'It tells that the call succeeded; a failure is SourceStatus.errorCode.';
const CREDENTIALS = 'It is a credential, which nothing may show.';
const FREE_TEXT = "It is the provider's free text, which is never passed on.";
const AUTHORIZER =
  'It is a credential, which `component` or `tokenEndpoint` in the configuration brings, and is sent as access_token.';

const historyKinds = names({
  0: 'TEXT',
  1: 'IMAGE',
  2: 'VIDEO',
  3: 'AUDIO',
  4: 'FILE',
  6: 'CONTACT_CARD',
  7: 'STICKER',
  9: 'QUOTE',
});
const directions = names({ 1: 'OUTBOUND', 2: 'INBOUND' });
const conversationKinds = names({ 1: 'DIRECT', 2: 'GROUP' });
/** The several ways to say that a file has no name, or no caption but its name. */
const isNamed = (value: unknown): boolean =>
  !['', 'null'].includes(String(value)) && !/whatsapp/.test(String(value));
const fileName: Look = (value) => (isNamed(value) ? value : undefined);
const caption: Look = (value) => (/\.jpeg$/.test(String(value)) ? undefined : unlessEmpty(value));
const mimeType: Look = (value) => (String(value).includes('/') ? value : undefined);

export const SEEDS: readonly Seed[] = [
  {
    name: 'WeChat getmsglist',
    channel: 'shop',
    call: 'getmsglist',
    samples: chatLog,
    fields: {
      'request.starttime': { asks: 'MessageFilter.sentAt', sends: 1464652798 },
      'request.endtime': { asks: 'MessageFilter.sentAt', sends: 1464739198 },
      'request.msgid': { asks: 'Query.messages', sends: 1 },
      'request.number': { asks: 'Query.messages', sends: 10000 },
      'response.recordlist[].openid': { shows: 'WeChatMessage.openId' },
      'response.recordlist[].opercode': { shows: 'WeChatMessage.operationCode' },
      'response.recordlist[].text': { shows: 'WeChatMessage.text' },
      'response.recordlist[].time': { shows: 'WeChatMessage.sentAt', as: seconds },
      'response.recordlist[].worker': { shows: 'WeChatMessage.worker' },
      'response.number': { reason: PAGING },
      'response.msgid': { reason: PAGING },
      'query access_token': { reason: CREDENTIALS },
      'query authorizer_access_token': { reason: AUTHORIZER },
      'error 65400': { fails: 'MISCONFIGURED' },
      'error 65416': { fails: 'UNAVAILABLE' },
      'error 65417': { fails: 'UNAVAILABLE' },
    },
  },
  {
    name: 'WeCom sync_msg',
    channel: 'corp',
    call: 'sync_msg',
    samples: chatArchive,
    fields: {
      'request.cursor': { asks: null, sends: 'JGNLGEHJGIE' },
      'request.token': { reason: 'The callback brings it, and it is sent with every pull for ten minutes.' },
      'request.limit': { asks: null, sends: 1000 },
      'response.errcode': { reason: ENVELOPE },
      'response.errmsg': { reason: FREE_TEXT },
      'response.has_more': { reason: PAGING },
      'response.next_cursor': { reason: PAGING },
      'response.msg_list[].msgid': { shows: 'WeComMessage.nativeId' },
      'response.msg_list[].sender.type': {
        shows: 'Participant.role',
        as: names({ 1: 'AGENT', 2: 'CUSTOMER', 3: 'BOT' }),
      },
      'response.msg_list[].sender.id': { shows: 'Participant.nativeId' },
      'response.msg_list[].receiver_list[].type': {
        shows: 'Participant.role',
        as: names({ 1: 'AGENT', 2: 'CUSTOMER', 3: 'BOT' }),
      },
      'response.msg_list[].receiver_list[].id': { shows: 'Participant.nativeId' },
      'response.msg_list[].chatid': { shows: 'WeComMessage.chatId' },
      'response.msg_list[].send_time': { shows: 'WeComMessage.sentAt', as: seconds },
      'response.msg_list[].msgtype': { shows: 'WeComMessage.messageType' },
      'response.msg_list[].service_encrypt_info.encrypted_secret_key': {
        shows: 'WeComMessage.encryptedSecretKey',
      },
      'response.msg_list[].service_encrypt_info.public_key_ver': { shows: 'WeComMessage.publicKeyVersion' },
    },
  },
  {
    name: 'WeChat getsessionlist',
    channel: 'shop',
    call: 'getsessionlist',
    samples: sessionList,
    fields: {
      'request.access_token': { reason: CREDENTIALS },
      'request.kf_account': { asks: 'Query.customerServiceSessions', sends: 'test1@test' },
      'response.sessionlist[].createtime': { shows: 'CustomerServiceSession.startedAt', as: seconds },
      'response.sessionlist[].openid': { shows: 'Participant.nativeId' },
      'query authorizer_access_token': { reason: AUTHORIZER },
      'error 65401': { account: 'UNKNOWN' },
      'error 65402': { account: 'UNBOUND' },
    },
  },
  {
    name: 'Tencent Chat official_account_msg_get_simple',
    channel: 'broadcast',
    call: 'official_account_msg_get_simple',
    samples: { request: officialAccountRequest, response: SAMPLE_PAGE },
    fields: {
      'request.Official_Account': { asks: 'Query.messages', sends: '@TOA#_15ERQPAER' },
      'request.LastMsgKey': { asks: 'Query.messages', sends: '73_1_1698741702' },
      'request.ReqMsgNumber': { asks: 'Query.messages', sends: 20 },
      'request.WithRecalledMsg': {
        reason: 'It is sent as 1 always, and MessageFilter.availabilities is matched in the gateway.',
      },
      'response.ActionStatus': { reason: ENVELOPE },
      'response.ErrorInfo': { reason: FREE_TEXT },
      'response.ErrorCode': { reason: ENVELOPE },
      'response.Official_Account': { shows: 'TencentChatMessage.officialAccount' },
      'response.IsFinished': { shows: 'SourceStatus.endReason', as: names({ 1: 'BEGINNING' }) },
      'response.LastMsgKey': { reason: PAGING },
      'response.RspMsgList[].From_Account': { shows: 'TencentChatMessage.fromAccount' },
      'response.RspMsgList[].IsPlaceMsg': {
        shows: 'TencentChatMessage.availability',
        as: names({ 0: 'AVAILABLE' }),
      },
      'response.RspMsgList[].MsgBody[].MsgContent.Data': { shows: 'CustomPart.data', as: unlessEmpty },
      'response.RspMsgList[].MsgBody[].MsgContent.Desc': { shows: 'CustomPart.description' },
      'response.RspMsgList[].MsgBody[].MsgContent.Ext': { shows: 'CustomPart.extension', as: unlessEmpty },
      'response.RspMsgList[].MsgBody[].MsgContent.Index': { shows: 'CustomPart.faceIndex' },
      'response.RspMsgList[].MsgBody[].MsgContent.Text': { shows: 'TextPart.text' },
      'response.RspMsgList[].MsgBody[].MsgType': {
        reason: 'It tells the types of MessagePart, which are seen by `__typename`.',
      },
      'response.RspMsgList[].MsgSeq': { shows: 'TencentChatMessage.sequence', as: String },
      'response.RspMsgList[].MsgKey': { shows: 'TencentChatMessage.messageKey' },
      'response.RspMsgList[].MsgTimeStamp': { shows: 'TencentChatMessage.sentAt', as: seconds },
      'error 10002': { fails: 'UNAVAILABLE' },
      'error 10003': { fails: 'MISCONFIGURED' },
      'error 10004': { fails: 'UNAVAILABLE' },
      'error 10007': { fails: 'MISCONFIGURED' },
      'error 10010': { fails: 'MISCONFIGURED' },
      'error 10015': { fails: 'MISCONFIGURED' },
    },
  },
  {
    name: 'WhatsApp SCRM msgPage',
    channel: 'whatsapp',
    call: 'msgPage',
    samples: {
      request: chatRecordsRequest,
      response: {
        code: 200,
        message: 'Success ',
        data: { records: Object.values(chatRecords), total: 1, size: 10, current: 1, pages: 1 },
      },
    },
    fields: {
      'request.tenantId': { asks: 'Query.messages', sends: 1238 },
      'request.current': { asks: 'Query.messages', sends: 1 },
      'request.pageSize': { asks: 'Query.messages', sends: 100 },
      'request.info.whatsId': { asks: 'MessageFilter.participant', sends: '573500000001' },
      'request.info.friendWhatsId': { asks: 'MessageFilter.participant', sends: '8613800000001' },
      'request.info.chatType': { asks: 'MessageFilter.conversationKinds', sends: 2 },
      'request.info.contentType': { asks: 'MessageFilter.kinds', sends: '1' },
      'request.info.agentAccount': { asks: 'MessageFilter.agentAccounts', sends: 'kubrick108' },
      'request.info.actionType': { asks: 'MessageFilter.directions', sends: 1 },
      'request.info.startChatTime': { asks: 'MessageFilter.sentAt', sends: Date.UTC(2024, 9, 1) - 1 },
      'request.info.endChatTime': { asks: 'MessageFilter.sentAt', sends: Date.UTC(2025, 3, 1) },
      'response.code': { reason: ENVELOPE },
      'response.message': { reason: FREE_TEXT },
      'response.data.records[].id': { shows: 'WhatsAppMessage.nativeId' },
      'response.data.records[].userId': { shows: 'WhatsAppMessage.agentUserId', as: String },
      'response.data.records[].username': { shows: 'WhatsAppMessage.agentAccount' },
      'response.data.records[].whatsId': { shows: 'WhatsAppMessage.serviceAccount' },
      'response.data.records[].actionType': { shows: 'WhatsAppMessage.direction', as: directions },
      'response.data.records[].chatType': { shows: 'Conversation.kind', as: conversationKinds },
      // A text, or a contact card; what is JSON is gone into.
      'response.data.records[].content': {
        shows: 'TextPart.text',
        as: (value) => (String(value).startsWith('BEGIN:VCARD') ? undefined : value),
      },
      'response.data.records[].content.caption': { shows: 'MediaPart.caption', as: caption },
      'response.data.records[].content.filename': { shows: 'MediaPart.fileName', as: fileName },
      'response.data.records[].content.mimeType': { shows: 'MediaPart.mimeType', as: mimeType },
      'response.data.records[].content.type': { shows: 'MediaPart.kind', as: historyKinds },
      'response.data.records[].content.url': { shows: 'MediaPart.url' },
      'response.data.records[].content.referContent.caption': {
        reason: 'It is shown as QuotePart.text; the sample has none.',
      },
      'response.data.records[].content.referContent.filename': {
        reason: 'It is the key of an object in a store, which names nothing.',
      },
      'response.data.records[].content.referContent.mimeType': { shows: 'MediaPart.mimeType' },
      'response.data.records[].content.referContent.type': { shows: 'QuotePart.kind', as: historyKinds },
      'response.data.records[].content.referContent.url': { shows: 'MediaPart.url' },
      'response.data.records[].content.referContent.whatsId': { shows: 'QuotePart.author', as: address },
      'response.data.records[].content.referContent.msgId': { shows: 'QuotePart.nativeId' },
      'response.data.records[].contentType': { shows: 'WhatsAppMessage.kind', as: historyKinds },
      'response.data.records[].friendWhatsId': { shows: 'WhatsAppMessage.counterpart' },
      'response.data.records[].friendName': { shows: 'WhatsAppMessage.counterpartName', as: unlessEmpty },
      'response.data.records[].chatTime': { shows: 'WhatsAppMessage.sentAt', as: milliseconds },
      'response.data.records[].createTime': { shows: 'WhatsAppMessage.recordedAt', as: milliseconds },
      'response.data.total': { shows: 'WhatsAppHistoryClaim.total' },
      'response.data.size': { shows: 'WhatsAppHistoryClaim.size' },
      'response.data.current': { shows: 'WhatsAppHistoryClaim.current' },
      'response.data.pages': { shows: 'WhatsAppHistoryClaim.pages' },
    },
  },
  {
    name: 'WhatsApp SCRM MSG_SYNC_MESSAGE',
    channel: 'whatsapp',
    samples: {
      body: {
        accessToken: 'e6e18763',
        tenantId: 1238,
        timestamp: 1667295870936,
        data: parseProviderJson(msgSyncData),
      },
      'of the table': {
        data: [{ newContentType: 12, groupId: '120363295594719602@g.us', memberName: 'Putri' }],
      },
    },
    fields: {
      'body.accessToken': { reason: CREDENTIALS },
      'body.tenantId': { reason: 'It must be the one of the configuration.' },
      'body.timestamp': { reason: 'It is a part of the signature.' },
      'body.data[].id': { reason: "It is the delivery's key, by which a repetition is known." },
      'body.data[].messageId': { shows: 'WhatsAppMessage.whatsAppMessageId' },
      'body.data[].userName': { shows: 'WhatsAppMessage.agentAccount' },
      'body.data[].whatsId': { shows: 'Participant.nativeId', as: address },
      'body.data[].friendWhatsId': { shows: 'WhatsAppMessage.counterpart' },
      'body.data[].currentWhatsId': { shows: 'WhatsAppMessage.serviceAccount' },
      'body.data[].actionType': { shows: 'WhatsAppMessage.direction', as: directions },
      'body.data[].chatType': { shows: 'Conversation.kind', as: conversationKinds },
      'body.data[].messageStatus': { shows: 'WhatsAppMessage.deliveryStatus', as: names({ 1: 'PENDING' }) },
      'body.data[].content': { shows: 'TextPart.text' },
      'body.data[].content.caption': { reason: 'It is shown as MediaPart.caption; the sample has none.' },
      'body.data[].content.filename': { reason: 'It is shown as MediaPart.fileName; the sample has none.' },
      'body.data[].content.mimetype': { shows: 'MediaPart.mimeType' },
      'body.data[].content.url': { shows: 'MediaPart.url' },
      'body.data[].contentType': { shows: 'WhatsAppMessage.kind', as: historyKinds },
      'body.data[].originType': { shows: 'WhatsAppMessage.nativeOriginType' },
      'body.data[].sendTime': {
        shows: 'WhatsAppMessage.sentAt',
        as: (value) => new Date(`${String(value).replace(' ', 'T')}+08:00`).toISOString(),
      },
      'body.data[].userProfile.id': { shows: 'WhatsAppContactProfile.customerId' },
      'body.data[].userProfile.name': { shows: 'WhatsAppMessage.counterpartName' },
      'body.data[].userProfile.whatsApp': { shows: 'WhatsAppContactProfile.whatsApp' },
      'body.data[].userProfile.username': { shows: 'WhatsAppContactProfile.ownerAccount' },
      'body.data[].userProfile.extendsMap': {
        shows: 'WhatsAppContactProfile.extended',
        // Of two profiles of one customer the newest is kept.
        as: (value) =>
          String(value).includes('caseId007') ? (JSON.parse(String(value)) as unknown) : undefined,
      },
      'body.data[].userProfile.income': { shows: 'WhatsAppContactProfile.income', as: unlessEmpty },
      'body.data[].userProfile.profession': { shows: 'WhatsAppContactProfile.profession', as: unlessEmpty },
      'body.data[].userProfile.desc': { shows: 'WhatsAppContactProfile.remarks', as: unlessEmpty },
      'body.data[].userProfile.tags[]': { shows: 'WhatsAppContactProfile.tags' },
      'body.data[].userProfile.email': {
        reason: 'It is shown as WhatsAppContactProfile.email; the sample has none.',
      },
      'body.data[].userProfile.address': { shows: 'WhatsAppContactProfile.address' },
      'body.data[].taskId': { shows: 'WhatsAppMessage.campaignTaskId', as: unset },
      'body.data[].taskInfoId': { shows: 'WhatsAppMessage.campaignTaskDetailId', as: unset },
      'of the table.data[].newContentType': { shows: 'WhatsAppMessage.nativeContentType' },
      'of the table.data[].groupId': {
        shows: 'Conversation.nativeId',
        as: (value) => String(value).replace('@g.us', ''),
      },
      'of the table.data[].memberName': { shows: 'Participant.displayName' },
    },
  },
  {
    name: 'WhatsApp SCRM CLIENT_SYNC_MESSAGE',
    channel: 'whatsapp',
    samples: { body: clientChats },
    fields: {
      'body[].userId': { shows: 'WhatsAppMessage.agentUserId' },
      'body[].whatsApp': { shows: 'WhatsAppMessage.serviceAccount' },
      'body[].friendWhatsApp': { shows: 'WhatsAppMessage.counterpart' },
      'body[].actionType': { shows: 'WhatsAppMessage.direction', as: directions },
      'body[].chatType': { shows: 'Conversation.kind', as: conversationKinds },
      'body[].taskId': { shows: 'WhatsAppMessage.campaignTaskId' },
      'body[].taskInfoId': { shows: 'WhatsAppMessage.campaignTaskDetailId' },
      'body[].content[].type': { shows: 'WhatsAppMessage.nativeContentType' },
      'body[].content[].text': { shows: 'TextPart.text' },
      'body[].content[].url.filename': { shows: 'MediaPart.fileName', as: unlessEmpty },
      'body[].content[].url.url': { shows: 'MediaPart.url', as: unlessEmpty },
      'body[].content[].url.mimeType': { shows: 'MediaPart.mimeType', as: unlessEmpty },
      'body[].content[].url.caption': { shows: 'WhatsAppMessage.text', as: unlessEmpty },
      'body[].content[].url.type': {
        reason: 'It tells that the answer is a text, which TextPart.text shows.',
      },
      'body[].content[].messageId': { shows: 'WhatsAppMessage.whatsAppMessageId' },
      'body[].content[].time': { shows: 'WhatsAppMessage.sentAt', as: milliseconds },
      'body[].content[].referContent.filename': {
        reason: 'It is shown as MediaPart.fileName; the sample has none.',
      },
      'body[].content[].referContent.url': { reason: 'It is shown as MediaPart.url; the sample has none.' },
      'body[].content[].referContent.mimeType': {
        reason: 'It is shown as MediaPart.mimeType; the sample has none.',
      },
      'body[].content[].referContent.caption': { shows: 'QuotePart.text' },
      'body[].content[].referContent.type': { shows: 'QuotePart.kind', as: names({ 1: 'TEXT' }) },
      'body[].content[].referContent.whatsApp': { shows: 'QuotePart.author' },
      'body[].content[].referContent.messageId': { shows: 'QuotePart.nativeId' },
    },
  },
  {
    name: 'WhatsApp SCRM CLIENT_SYNC_MESSAGE_STATUS',
    channel: 'whatsapp',
    samples: { body: clientStatuses, 'of the table': [{ taskId: 'taskid00001', taskInfoId: 'a0001' }] },
    fields: {
      'body[].userId': { shows: 'DeliveryStatusChange.agentUserId' },
      'body[].taskId': { reason: 'It is empty in the sample, which means that there is none.' },
      'body[].taskInfoId': { reason: 'It is empty in the sample, which means that there is none.' },
      'body[].messageStatus': { shows: 'DeliveryStatusChange.status', as: names({ 2: 'SENT' }) },
      'body[].messageId': { shows: 'DeliveryStatusChange.whatsAppMessageId' },
      'of the table[].taskId': { shows: 'DeliveryStatusChange.campaignTaskId' },
      'of the table[].taskInfoId': { shows: 'DeliveryStatusChange.campaignTaskDetailId' },
    },
  },
];
