import type { LocalPushReceiver } from '../../src/datasources/push-receiver.ts';

/** Of a receiver whose items a test puts into the inbox itself: it takes nothing from the network. */
export const closedIntake: Omit<LocalPushReceiver, 'needsCalls' | 'process' | 'processTogether'> = {
  events: ['callback'],
  maxBodyBytes: 0,
  screen: () => ({ isProven: true }),
  refuse: (status) => ({ status, contentType: '', body: '' }),
  receive: () => ({ isAccepted: false, reason: '', reply: { status: 400, contentType: '', body: '' } }),
};
