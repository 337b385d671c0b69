import { launchBrowser, runTimeline, visit } from '../test/support/browser.ts';
import { startGateway } from '../test/support/gateway-process.ts';

/** Takes the picture of the playground that the documentation shows: the timeline of the demo. */
const ROWS_IN_SIGHT = 4;

const browser = await launchBrowser();
const gateway = await startGateway(['demo', '--port', '0']);
try {
  const { page } = await visit(browser, new URL(gateway.url).origin);
  // Customers go on writing, until those in sight are of all four providers.
  while (new Set((await runTimeline(page)).slice(0, ROWS_IN_SIGHT)).size < ROWS_IN_SIGHT) {
    await page.waitForTimeout(1_000);
  }
  await page.screenshot({ path: 'docs/playground.png' });
} finally {
  await browser.close();
  await gateway.stop('SIGTERM');
}
