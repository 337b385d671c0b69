/** The providers that the program knows, a line each. */
export { tencentChat } from './tencent-chat.ts';
export { weChat } from './wechat.ts';
export { weCom } from './wecom.ts';
export { whatsApp } from './whatsapp-scrm.ts';
