import type { ProviderModule } from '../provider.ts';
import { createWhatsAppChannel, type WhatsAppChannel } from './channel.ts';
import { whatsAppConfig, type WhatsAppConfig } from './config.ts';
import { toSample } from './sample.ts';

export type {
  WhatsAppChannel as WhatsAppChannelRecord,
  WhatsAppHistoryClaim as WhatsAppHistoryClaimRecord,
} from './channel.ts';
export type { LedgerProfile as WhatsAppContactProfileRecord } from './contact-profiles.ts';
export { toDeliveryStatusChange, type DeliveryStatusChangeRecord } from './delivery-status.ts';
export type { WhatsAppMessageRecord } from './to-message.ts';

export const whatsAppModule: ProviderModule<WhatsAppConfig, WhatsAppChannel> = {
  provider: 'WHATSAPP_SCRM',
  typeNames: { message: 'WhatsAppMessage', channel: 'WhatsAppChannel' },
  config: whatsAppConfig,
  createChannel: createWhatsAppChannel,
  toSample,
};
