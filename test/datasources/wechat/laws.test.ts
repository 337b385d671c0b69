import { describeMessageSource } from '../../contract/message-source.ts';
import { weChatSuite } from './suite.ts';

describeMessageSource(weChatSuite);
