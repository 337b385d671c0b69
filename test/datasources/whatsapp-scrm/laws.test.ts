import { describeMessageSource } from '../../contract/message-source.ts';
import { whatsAppSuite } from './suite.ts';

describeMessageSource(whatsAppSuite);
