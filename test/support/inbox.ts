import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import type { WhatsAppScrmRecord } from '../../src/sandbox/whatsapp-scrm/history.ts';
import { visitPage, type Visit, type VisitOptions } from './browser.ts';
import { deliver } from './deliver.ts';
import { fillArchives } from './fill-archives.ts';
import { createGatewayWorld, type GatewayWorld, type WorldOptions } from './gateway-world.ts';

/** A conversation, a message and a mark, as the page shows them. */
export const ENTRY = 'nav a.entry';
export const MESSAGE = '.messages [data-id]';

const DAY_MS = 86_400_000;
/** The customer of the conversation that tests write in. */
const CUSTOMER = { whatsId: '8613100000001', friendWhatsId: '905343600001', friendName: 'Ada 阿达' };

type Written = Partial<WhatsAppScrmRecord> & Pick<WhatsAppScrmRecord, 'content'>;

export interface InboxWorld {
  world: GatewayWorld;
  /** A message in the conversation with the customer, which the provider lists; a text of hers, unless it says otherwise. */
  write: (record: Written) => WhatsAppScrmRecord;
  /** The same, of which the provider tells the gateway at once. */
  say: (record: Written) => Promise<WhatsAppScrmRecord>;
}

/**
 * A gateway over the four providers. All channels but one have an archive, which has what was sent so far.
 *
 * @param prepare writes what was sent before
 */
export async function createInboxWorld(
  prepare: (write: InboxWorld['write']) => void,
  options: WorldOptions = {},
): Promise<InboxWorld> {
  const since = Date.now() - 2 * DAY_MS;
  const archive = { since: new Date(since).toISOString() };
  const world = await createGatewayWorld({
    messages: 60,
    from: since,
    channels: ({ channels }) =>
      channels.map((channel) => (channel['name'] === 'broadcast' ? channel : { ...channel, archive })),
    ...options,
  });
  const { whatsApp } = world.sandbox;
  const write: InboxWorld['write'] = (record) =>
    whatsApp.add({ ...CUSTOMER, chatType: 1, actionType: 2, contentType: 0, ...record });
  prepare(write);
  await fillArchives(world, Date.now());
  return {
    world,
    write,
    say: async (record) => {
      const said = write(record);
      await deliver(world.url, 'whatsapp', whatsApp.pushes.clientSync([said]));
      return said;
    },
  };
}

/** Opens the page of the gateway with this GraphQL endpoint. @param fragment with `#` */
export function openInbox(
  browser: Browser,
  url: string,
  fragment = '',
  options: VisitOptions = {},
): Promise<Visit> {
  return visitPage(browser, `${new URL('/inbox', url).href}${fragment}`, options);
}

/** Opens the conversation with the customer from the list, at its newest message. */
export async function openCustomer(page: Page): Promise<void> {
  await page.locator(ENTRY, { hasText: CUSTOMER.friendName }).click();
  await page.locator(MESSAGE).first().waitFor();
}

/** @returns the texts of the messages that are there, from the top */
export function readTexts(page: Page): Promise<string[]> {
  return page.locator(`${MESSAGE} .text`).allInnerTexts();
}

/** @returns what axe finds wrong with the page as it is, each rule with the elements that break it */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
