import type { Browser } from 'playwright-core';
import { launchBrowser, runTimeline, visit } from '../test/support/browser.ts';
import { startGateway } from '../test/support/gateway-process.ts';
import { ENTRY, MESSAGE, openInbox } from '../test/support/inbox.ts';

/** Takes the pictures of the pages that the documentation shows, with the chats of the demo. */
const ROWS_IN_SIGHT = 4;

const browser = await launchBrowser();
const gateway = await startGateway(['demo', '--port', '0']);
try {
  await takePlayground(browser, gateway.url);
  await takeInbox(browser, gateway.url);
} finally {
  await browser.close();
  await gateway.stop('SIGTERM');
}

async function takePlayground(browser: Browser, url: string): Promise<void> {
  const { page } = await visit(browser, new URL(url).origin);
  // Customers go on writing, until those in sight are of all four providers.
  while (new Set((await runTimeline(page)).slice(0, ROWS_IN_SIGHT)).size < ROWS_IN_SIGHT) {
    await page.waitForTimeout(1_000);
  }
  await page.screenshot({ path: 'docs/playground.png' });
}

/** A search with its results, and the conversation with one of them. */
async function takeInbox(browser: Browser, url: string): Promise<void> {
  const { page } = await openInbox(browser, url, '#search=发票');
  await page.locator(ENTRY, { hasText: 'Wholesale buyers' }).first().click();
  await page.locator(`${MESSAGE}[aria-current] mark`).waitFor();
  // A first reading of what archives do not have yet says little of later ones.
  await page.waitForTimeout(35_000);
  await page.getByText('Live', { exact: true }).waitFor();
  await page.screenshot({ path: 'docs/inbox-page.png' });
}
