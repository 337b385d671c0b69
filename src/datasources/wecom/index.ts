export { createWeComChannel, WeComChannel } from './channel.ts';
export { weComConfig, type WeComConfig } from './config.ts';
export type { WeComMessageRecord } from './to-message.ts';
