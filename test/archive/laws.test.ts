import { tencentChatSuite } from '../datasources/tencent-chat/suite.ts';
import { weChatSuite } from '../datasources/wechat/suite.ts';
import { weComSuite } from '../datasources/wecom/suite.ts';
import { whatsAppSuite } from '../datasources/whatsapp-scrm/suite.ts';
import { describeMessageSource } from '../contract/message-source.ts';
import { withArchive } from '../support/archived-suite.ts';
import { memorySuite } from '../support/memory-suite.ts';

describeMessageSource(withArchive(memorySuite, memorySuite.variants, 40));
describeMessageSource(
  withArchive(weChatSuite, ['as its documentation has it', 'small shuffled pages with an inclusive cursor']),
);
describeMessageSource(withArchive(weComSuite, ['late arrivals in the stream']));
describeMessageSource(
  withArchive(tencentChatSuite, ['as in the samples', 'holes that are nothing but a sequence']),
);
describeMessageSource(
  withArchive(whatsAppSuite, [
    'as in the samples, both ends inclusive',
    'start inclusive, shuffled, numbers as text, total always 1',
  ]),
);
