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
 * - `asks`: the field is sent to the provider, in a call that this part of the schema brings about,
 * - `reason`: why neither.
 */
export type SeedField = { shows: string; as?: Look } | { asks: string } | { reason: string };

export interface Seed {
  name: string;
  /** The samples, of which every field must be in `fields`. */
  samples: Record<string, unknown>;
  /** By path; `[]` for any item of a list. JSON inside of texts is gone into. */
  fields: Record<string, SeedField>;
}

const IS_TEXT: Look = (value) => (value === '' || value === null ? undefined : value);
const seconds: Look = (value) => new Date(Number(value) * 1000).toISOString();
const milliseconds: Look = (value) => new Date(Number(value)).toISOString();
/** WhatsApp addresses without their domain. */
const address: Look = (value) => String(value).replace('@c.us', '');
const names =
  (meanings: Record<string, string>): Look =>
  (value) =>
    meanings[String(value)];
const unset: Look = (value) => (value === 0 ? undefined : IS_TEXT(value));

const PAGING = 'paging of the provider, which cursors stand for';
const ENVELOPE = 'tells that the call succeeded; a failure is SourceStatus.errorCode';
const CREDENTIALS = 'a credential, which nothing may show';
const FREE_TEXT = "the provider's free text, which is never passed on";
const ELSEWHERE = 'being built: to be completed with the coordinate';

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
const caption: Look = (value) => (/\.jpeg$/.test(String(value)) ? undefined : IS_TEXT(value));
const mimeType: Look = (value) => (String(value).includes('/') ? value : undefined);

export const SEEDS: readonly Seed[] = [
  {
    name: 'WeChat getmsglist',
    samples: chatLog,
    fields: {
      'request.starttime': { asks: 'MessageFilter.sentAt' },
      'request.endtime': { asks: 'MessageFilter.sentAt' },
      'request.msgid': { asks: 'Query.messages' },
      'request.number': { asks: 'Query.messages' },
      'response.recordlist[].openid': { shows: 'WeChatMessage.openId' },
      'response.recordlist[].opercode': { shows: 'WeChatMessage.operationCode' },
      'response.recordlist[].text': { shows: 'WeChatMessage.text' },
      'response.recordlist[].time': { shows: 'WeChatMessage.sentAt', as: seconds },
      'response.recordlist[].worker': { shows: 'WeChatMessage.worker' },
      'response.number': { reason: PAGING },
      'response.msgid': { reason: PAGING },
      'query access_token': { reason: CREDENTIALS },
      'query authorizer_access_token': { reason: ELSEWHERE },
      'error 65400': {
        reason: 'SourceStatus.state MISCONFIGURED; the number itself: SourceStatus.providerCode, being built',
      },
      'error 65416': {
        reason: 'SourceStatus.state UNAVAILABLE; the number itself: SourceStatus.providerCode, being built',
      },
      'error 65417': {
        reason: 'SourceStatus.state UNAVAILABLE; the number itself: SourceStatus.providerCode, being built',
      },
    },
  },
  {
    name: 'WeCom sync_msg',
    samples: chatArchive,
    fields: {
      'request.cursor': { asks: 'Query.messages' },
      'request.token': { reason: 'comes by the callback, and is sent with the pull that it brings about' },
      'request.limit': { asks: 'Query.messages' },
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
    samples: sessionList,
    fields: {
      'request.access_token': { reason: CREDENTIALS },
      'request.kf_account': { asks: 'Query.customerServiceSessions' },
      'response.sessionlist[].createtime': { shows: 'CustomerServiceSession.startedAt', as: seconds },
      'response.sessionlist[].openid': { shows: 'Participant.nativeId' },
      'query authorizer_access_token': { reason: ELSEWHERE },
      'error 65401': { reason: `CustomerServiceAccount.state, ${ELSEWHERE}` },
      'error 65402': { reason: `CustomerServiceAccount.state, ${ELSEWHERE}` },
    },
  },
  {
    name: 'Tencent Chat official_account_msg_get_simple',
    samples: { request: officialAccountRequest, response: SAMPLE_PAGE },
    fields: {
      'request.Official_Account': { asks: 'Query.messages' },
      'request.LastMsgKey': { asks: 'Query.messages' },
      'request.ReqMsgNumber': { asks: 'Query.messages' },
      'request.WithRecalledMsg': { asks: 'Query.messages' },
      'response.ActionStatus': { reason: ENVELOPE },
      'response.ErrorInfo': { reason: FREE_TEXT },
      'response.ErrorCode': { reason: ENVELOPE },
      'response.Official_Account': { shows: 'TencentChatMessage.officialAccount' },
      'response.IsFinished': { reason: `SourceStatus.endReason, ${ELSEWHERE}` },
      'response.LastMsgKey': { reason: PAGING },
      'response.RspMsgList[].From_Account': { shows: 'TencentChatMessage.fromAccount' },
      'response.RspMsgList[].IsPlaceMsg': {
        shows: 'TencentChatMessage.availability',
        as: names({ 0: 'AVAILABLE' }),
      },
      'response.RspMsgList[].MsgBody[].MsgContent.Data': { shows: 'CustomPart.data', as: IS_TEXT },
      'response.RspMsgList[].MsgBody[].MsgContent.Desc': { shows: 'CustomPart.description' },
      'response.RspMsgList[].MsgBody[].MsgContent.Ext': { shows: 'CustomPart.extension', as: IS_TEXT },
      'response.RspMsgList[].MsgBody[].MsgContent.Index': { reason: `a field of its own, ${ELSEWHERE}` },
      'response.RspMsgList[].MsgBody[].MsgContent.Text': { shows: 'TextPart.text' },
      'response.RspMsgList[].MsgBody[].MsgType': {
        reason: 'the types of MessagePart, which `__typename` tells',
      },
      'response.RspMsgList[].MsgSeq': { shows: 'TencentChatMessage.sequence', as: String },
      'response.RspMsgList[].MsgKey': { shows: 'TencentChatMessage.messageKey' },
      'response.RspMsgList[].MsgTimeStamp': { shows: 'TencentChatMessage.sentAt', as: seconds },
      'error 10002': {
        reason:
          'tried again, then SourceStatus.state UNAVAILABLE; the number: SourceStatus.providerCode, being built',
      },
      'error 10003': {
        reason: 'SourceStatus.state MISCONFIGURED; the number: SourceStatus.providerCode, being built',
      },
      'error 10004': {
        reason: 'SourceStatus.state UNAVAILABLE; the number: SourceStatus.providerCode, being built',
      },
      'error 10007': {
        reason: 'SourceStatus.state MISCONFIGURED; the number: SourceStatus.providerCode, being built',
      },
      'error 10010': { reason: `SourceStatus.state MISCONFIGURED for that account alone, ${ELSEWHERE}` },
      'error 10015': {
        reason: 'SourceStatus.state MISCONFIGURED; the number: SourceStatus.providerCode, being built',
      },
    },
  },
  {
    name: 'WhatsApp SCRM msgPage',
    samples: {
      request: chatRecordsRequest,
      response: {
        code: 200,
        message: 'Success ',
        data: { records: Object.values(chatRecords), total: 1, size: 10, current: 1, pages: 1 },
      },
    },
    fields: {
      'request.tenantId': { asks: 'Query.messages' },
      'request.current': { asks: 'Query.messages' },
      'request.pageSize': { asks: 'Query.messages' },
      'request.info.whatsId': { asks: 'MessageFilter.conversationId' },
      'request.info.friendWhatsId': { asks: 'MessageFilter.conversationId' },
      'request.info.chatType': { asks: 'MessageFilter.conversationId' },
      'request.info.contentType': { asks: 'MessageFilter.kinds' },
      'request.info.agentAccount': { reason: `MessageFilter.agentAccounts, ${ELSEWHERE}` },
      'request.info.actionType': { asks: 'MessageFilter.directions' },
      'request.info.startChatTime': { asks: 'MessageFilter.sentAt' },
      'request.info.endChatTime': { asks: 'MessageFilter.sentAt' },
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
        reason: 'QuotePart.text; the sample has none',
      },
      'response.data.records[].content.referContent.filename': {
        reason: 'the key of an object in a store, which names nothing',
      },
      'response.data.records[].content.referContent.mimeType': { shows: 'MediaPart.mimeType' },
      'response.data.records[].content.referContent.type': { shows: 'QuotePart.kind', as: historyKinds },
      'response.data.records[].content.referContent.url': { shows: 'MediaPart.url' },
      'response.data.records[].content.referContent.whatsId': { shows: 'QuotePart.author', as: address },
      'response.data.records[].content.referContent.msgId': { shows: 'QuotePart.nativeId' },
      'response.data.records[].contentType': { shows: 'WhatsAppMessage.kind', as: historyKinds },
      'response.data.records[].friendWhatsId': { shows: 'WhatsAppMessage.counterpart' },
      'response.data.records[].friendName': { shows: 'WhatsAppMessage.counterpartName', as: IS_TEXT },
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
      'body.tenantId': { reason: 'must be the one of the configuration' },
      'body.timestamp': { reason: 'is part of the signature' },
      'body.data[].id': { reason: "the delivery's key, by which a repetition is known" },
      'body.data[].messageId': { shows: 'WhatsAppMessage.whatsAppMessageId' },
      'body.data[].userName': { shows: 'WhatsAppMessage.agentAccount' },
      'body.data[].whatsId': { shows: 'Participant.nativeId', as: address },
      'body.data[].friendWhatsId': { shows: 'WhatsAppMessage.counterpart' },
      'body.data[].currentWhatsId': { shows: 'WhatsAppMessage.serviceAccount' },
      'body.data[].actionType': { shows: 'WhatsAppMessage.direction', as: directions },
      'body.data[].chatType': { shows: 'Conversation.kind', as: conversationKinds },
      'body.data[].messageStatus': { shows: 'WhatsAppMessage.deliveryStatus', as: names({ 1: 'PENDING' }) },
      'body.data[].content': { shows: 'TextPart.text' },
      'body.data[].content.caption': { reason: 'MediaPart.caption; the sample has none' },
      'body.data[].content.filename': { reason: 'MediaPart.fileName; the sample has none' },
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
      'body.data[].userProfile.income': { shows: 'WhatsAppContactProfile.income', as: IS_TEXT },
      'body.data[].userProfile.profession': { shows: 'WhatsAppContactProfile.profession', as: IS_TEXT },
      'body.data[].userProfile.desc': { shows: 'WhatsAppContactProfile.remarks', as: IS_TEXT },
      'body.data[].userProfile.tags[]': { shows: 'WhatsAppContactProfile.tags' },
      'body.data[].userProfile.email': { reason: 'WhatsAppContactProfile.email; the sample has none' },
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
      'body[].content[].url.filename': { shows: 'MediaPart.fileName', as: IS_TEXT },
      'body[].content[].url.url': { shows: 'MediaPart.url', as: IS_TEXT },
      'body[].content[].url.mimeType': { shows: 'MediaPart.mimeType', as: IS_TEXT },
      'body[].content[].url.caption': { shows: 'WhatsAppMessage.text', as: IS_TEXT },
      'body[].content[].url.type': { reason: 'tells that the answer is a text, which TextPart.text shows' },
      'body[].content[].messageId': { shows: 'WhatsAppMessage.whatsAppMessageId' },
      'body[].content[].time': { shows: 'WhatsAppMessage.sentAt', as: milliseconds },
      'body[].content[].referContent.filename': { reason: 'MediaPart.fileName; the sample has none' },
      'body[].content[].referContent.url': { reason: 'MediaPart.url; the sample has none' },
      'body[].content[].referContent.mimeType': { reason: 'MediaPart.mimeType; the sample has none' },
      'body[].content[].referContent.caption': { shows: 'QuotePart.text' },
      'body[].content[].referContent.type': { shows: 'QuotePart.kind', as: names({ 1: 'TEXT' }) },
      'body[].content[].referContent.whatsApp': { shows: 'QuotePart.author' },
      'body[].content[].referContent.messageId': { shows: 'QuotePart.nativeId' },
    },
  },
  {
    name: 'WhatsApp SCRM CLIENT_SYNC_MESSAGE_STATUS',
    samples: { body: clientStatuses, 'of the table': [{ taskId: 'taskid00001', taskInfoId: 'a0001' }] },
    fields: {
      'body[].userId': { shows: 'DeliveryStatusChange.agentUserId' },
      'body[].taskId': { reason: 'empty: none' },
      'body[].taskInfoId': { reason: 'empty: none' },
      'body[].messageStatus': { shows: 'DeliveryStatusChange.status', as: names({ 2: 'SENT' }) },
      'body[].messageId': { shows: 'DeliveryStatusChange.whatsAppMessageId' },
      'of the table[].taskId': { shows: 'DeliveryStatusChange.campaignTaskId' },
      'of the table[].taskInfoId': { shows: 'DeliveryStatusChange.campaignTaskDetailId' },
    },
  },
];
