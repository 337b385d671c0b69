import { readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { toStrictSdl } from './tools/strict-sdl.ts';

const records = '../domain/records.ts';

/**
 * Makes the resolvers' types from the schema, each GraphQL type mapped to the record that stands behind it, and the types
 * and documents of the client's operations.
 */
const config: CodegenConfig = {
  generates: {
    'src/generated/client.ts': {
      // The client throws whenever there is an error, so it never shows a null that comes of one.
      schema: toStrictSdl(readFileSync('schema.graphql', 'utf8')),
      documents: 'src/client/operations/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        documentMode: 'string',
        useTypeImports: true,
        dedupeFragments: true,
        pureMagicComment: true,
        defaultScalarType: 'unknown',
        scalars: { ID: 'string', DateTime: 'string', URL: 'string' },
      },
    },
    'src/generated/resolvers.ts': {
      schema: 'src/schema/*.graphql',
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../gateway/context.ts#GatewayContext',
        useTypeImports: true,
        enumsAsTypes: true,
        defaultScalarType: 'unknown',
        // An item of a list may be a promise of null: `nodes` finds each of its things by itself.
        resolverTypeWrapperSignature: 'Promise<T | null> | T',
        scalars: {
          DateTime: { input: 'Date', output: 'number' },
          URL: 'string',
          JSON: `${records}#JsonValue`,
        },
        mappers: {
          Node: '../resolvers/node.ts#NodeRecord',
          _Entity: '../resolvers/node.ts#NodeRecord',
          Message: `${records}#MessageRecord`,
          WeChatMessage: '../datasources/wechat/index.ts#WeChatMessageRecord',
          WeComMessage: '../datasources/wecom/index.ts#WeComMessageRecord',
          TencentChatMessage: '../datasources/tencent-chat/index.ts#TencentChatMessageRecord',
          WhatsAppMessage: '../datasources/whatsapp-scrm/index.ts#WhatsAppMessageRecord',
          Channel: '../datasources/message-source.ts#ChatChannel',
          WeChatChannel: '../datasources/wechat/index.ts#WeChatChannel as WeChatChannelRecord',
          WeComChannel: '../datasources/wecom/index.ts#WeComChannel as WeComChannelRecord',
          TencentChatChannel:
            '../datasources/tencent-chat/index.ts#TencentChatChannel as TencentChatChannelRecord',
          WhatsAppChannel: '../datasources/whatsapp-scrm/index.ts#WhatsAppChannel as WhatsAppChannelRecord',
          WhatsAppContactProfile:
            '../datasources/whatsapp-scrm/index.ts#WhatsAppContactProfile as WhatsAppContactProfileRecord',
          WhatsAppHistoryClaim:
            '../datasources/whatsapp-scrm/index.ts#WhatsAppHistoryClaim as WhatsAppHistoryClaimRecord',
          Conversation: `${records}#ConversationRecord`,
          Participant: `${records}#ParticipantRecord`,
          MessagePart: `${records}#MessagePart as MessagePartRecord`,
          TextPart: `${records}#TextPart as TextPartRecord`,
          MediaPart: `${records}#MediaPart as MediaPartRecord`,
          LocationPart: `${records}#LocationPart as LocationPartRecord`,
          ContactCardPart: `${records}#ContactCardPart as ContactCardPartRecord`,
          LinkPart: `${records}#LinkPart as LinkPartRecord`,
          QuotePart: `${records}#QuotePart as QuotePartRecord`,
          CustomPart: `${records}#CustomPart as CustomPartRecord`,
          EncryptedPart: `${records}#EncryptedPart as EncryptedPartRecord`,
          UnsupportedPart: `${records}#UnsupportedPart as UnsupportedPartRecord`,
          MessageConnection: '../timeline/timeline.ts#TimelinePage',
          MessageEdge: '../timeline/timeline.ts#MessageEdge as MessageEdgeRecord',
          MessageRowConnection: '../timeline/timeline.ts#TimelinePage',
          MessageRowEdge: '../timeline/timeline.ts#MessageEdge as MessageEdgeRecord',
          MessageRow: `${records}#MessageRecord`,
          SourceStatus: '../timeline/source-status.ts#SourceStatus as SourceStatusRecord',
          DeliveryStatusChange: '../resolvers/subscription.ts#StatusEvent',
          CustomerServiceAccount: '../resolvers/wechat.ts#AccountInChannel',
          CustomerServiceSession: '../resolvers/wechat.ts#SessionInChannel',
        },
      },
    },
  },
};

export default config;
