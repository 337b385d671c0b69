import { describeMessageSource } from '../../contract/message-source.ts';
import { weComSuite } from './suite.ts';

describeMessageSource(weComSuite);
