import { describeMessageSource } from '../../contract/message-source.ts';
import { tencentChatSuite } from './suite.ts';

describeMessageSource(tencentChatSuite);
