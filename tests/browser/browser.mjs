// Chromium without a network, and a page that must keep silent.
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

// Playwright gives every launch a fresh profile.
export const launch = () => chromium.launch({ executablePath, args });

// Opens a report from disk; `wrong` tells of console errors, failures and requests.
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const found = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) found.push(`console: ${message.text()}`);
  });
  page.on('pageerror', error => found.push(`page: ${error.message}`));
  page.on('request', request => {
    const url = request.url();
    if (url !== `file://${file}` && !url.startsWith('data:')) found.push(`request: ${url}`);
  });
  await page.goto(`file://${file}`);
  await page.waitForSelector('html[data-ready=yes]');
  return { page, wrong: () => found };
}
