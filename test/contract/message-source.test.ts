import { memorySuite } from '../support/memory-suite.ts';
import { describeMessageSource } from './message-source.ts';

describeMessageSource(memorySuite);
