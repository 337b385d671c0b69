export { createTencentChatChannel, type TencentChatChannel } from './channel.ts';
export { tencentChatConfig, type TencentChatConfig } from './config.ts';
export { parseRecordKey, toRecordKey } from './record-key.ts';
export type { TencentChatMessageRecord } from './to-message.ts';
