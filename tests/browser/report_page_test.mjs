// SPDX-License-Identifier: Apache-2.0
// Opens report pages from disk in Chromium and holds them to what they promise: no request but the
// file, no message on the console, every chart drawn, a policy, the keyboard, both grounds, paper,
// and interactive within a second. Screenshots stay in OUTPUT.
//
//   node report_page_test.mjs OUTPUT PAGE.html...
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [output, ...pages] = process.argv.slice(2);
const interactiveMsMax = 1000;

async function drawn(page) {
  return page.$$eval('[data-chart]', (charts) =>
    charts.map((chart) => {
      const canvas = chart.querySelector('canvas');
      let colours = 0;
      if (canvas) {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4 * 7) {
          if (data[i + 3] > 0) {
            seen.add((data[i] >> 4) * 256 + (data[i + 1] >> 4) * 16 + (data[i + 2] >> 4));
          }
        }
        colours = seen.size;
      }
      return { id: chart.id, label: chart.getAttribute('aria-label') ?? '', colours };
    }),
  );
}

async function scrollThrough(page) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let y = 0; y < height; y += 500) {
    await page.evaluate((to) => window.scrollTo(0, to), y);
    await page.waitForTimeout(30);
  }
  await page.waitForTimeout(100);
}

async function checkCharts(page) {
  const charts = await drawn(page);
  assert.ok(charts.length > 0, 'there are charts');
  for (const chart of charts) {
    assert.ok(chart.colours >= 3, `${chart.id} is drawn (${chart.colours} colours)`);
    assert.ok(chart.label.length > 20, `${chart.id} says what it shows`);
  }
  return charts.length;
}

// What a screen reader and a keyboard need; the rules are those of WCAG 2.2.
async function checkAccess(page) {
  const faults = await page.evaluate(() => {
    const found = [];
    const all = (what) => [...document.querySelectorAll(what)];
    const ids = all('[id]').map((each) => each.id);
    ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => found.push(`two ids ${id}`));
    all('th:not([scope])').forEach((each) => found.push(`th without scope: ${each.textContent}`));
    all('table').forEach((each) => each.caption || found.push('a table without caption'));
    all('select').forEach((each) => each.labels.length || found.push('a select without label'));
    all('a[href^="#"]').forEach((each) =>
      document.getElementById(each.hash.slice(1)) || found.push(`link to nothing: ${each.hash}`));
    all('button, a').forEach((each) => each.textContent.trim() || found.push('nameless control'));
    all('[style]').forEach((each) =>
      each.closest('.chart') || found.push(`inline style on ${each.tagName}`));
    let level = 0;
    for (const heading of all('h1, h2, h3')) {
      const own = Number(heading.tagName[1]);
      if (own > level + 1) {
        found.push(`heading ${heading.textContent} skips a level`);
      }
      level = own;
    }
    if (!document.documentElement.lang) found.push('no language');
    if (all('h1').length !== 1) found.push('not one h1');
    return found;
  });
  assert.deepEqual(faults, [], 'access');
}

// Contrast of body text and quiet text against the ground, WCAG 1.4.3.
async function checkContrast(page) {
  const worst = await page.evaluate(() => {
    const parts = (text) => text.match(/[\d.]+/g).slice(0, 3).map(Number);
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((v) => v / 255)
        .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = luminance(parts(getComputedStyle(document.body).backgroundColor));
    const texts = document.querySelectorAll('body, .lead, a, summary, thead th, .cards dt');
    return Math.min(...[...texts].map((each) => {
      const own = luminance(parts(getComputedStyle(each).color));
      return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
    }));
  });
  assert.ok(worst >= 4.5, `contrast ${worst.toFixed(2)}`);
}

async function checkKeyboard(page, count) {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.evaluate(() => document.activeElement.blur());
  const reached = new Set();
  let sawTheme = false;
  let sawSkip = false;
  for (let i = 0; i < 400 && reached.size < count; ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const own = document.activeElement;
      return { id: own.id, skip: own.className === 'skip', chart: own.dataset.chart ?? '' };
    });
    sawSkip ||= at.skip;
    sawTheme ||= at.id === 'theme';
    if (at.chart) {
      reached.add(at.chart);
    }
  }
  assert.ok(sawSkip, 'Tab reaches the link that skips to the results');
  assert.ok(sawTheme, 'Tab reaches the button for dark colours');
  assert.equal(reached.size, count, 'Tab reaches every chart');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  await page.focus('#theme');
  await page.keyboard.press('Enter');
  assert.notEqual(await ground(), before, 'the button changes the colours');
  await page.keyboard.press('Enter');
  assert.equal(await ground(), before, 'and changes them back');
}

async function checkZoom(page) {
  const chart = page.locator('[data-chart="series-power"]');
  if ((await chart.count()) === 0) {
    return;
  }
  const picture = () =>
    chart.evaluate((each) => each.querySelector('canvas').toDataURL());
  const until = async (holds, what) => {
    for (let i = 0; i < 60 && !holds(await picture()); ++i) {
      await page.waitForTimeout(50); // a zoom is drawn with the next frame
    }
    assert.ok(holds(await picture()), what);
  };
  await chart.focus();
  const whole = await picture();
  await page.keyboard.press('+');
  await until((now) => now !== whole, 'plus zooms');
  await page.keyboard.press('Home');
  await until((now) => now === whole, 'Home shows all again');
  const before = await page.locator('button[data-zoom="day"]').count();
  assert.equal(before, 1, 'there is a button for a day');
  await page.click('button[data-zoom="all"]');
}

async function testPage(browser, file, name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const messages = [];
  const requests = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  const url = pathToFileURL(path.resolve(file)).href;
  await page.goto(url);
  const interactive = await page.evaluate(
    () => performance.getEntriesByName('tokenfab-interactive')[0].startTime);
  const shot = (what, more = {}) =>
    page.screenshot({ path: path.join(output, `${name}-${what}.png`), ...more });
  await page.waitForTimeout(150);
  await shot('first');
  await scrollThrough(page);
  const count = await checkCharts(page);
  await page.evaluate(() => window.scrollTo(0, 0));
  await shot('light', { fullPage: true });
  await checkAccess(page);
  await checkContrast(page);
  await checkKeyboard(page, count);
  await checkZoom(page);
  await page.evaluate(() => delete document.documentElement.dataset.theme);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForTimeout(100);
  await checkContrast(page);
  await page.evaluate(() => window.scrollTo(0, 0));
  await shot('dark', { fullPage: true });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForTimeout(150);
  const wide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `nothing is wider than a phone (${wide} px)`);
  await shot('phone');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.pdf({ path: path.join(output, `${name}.pdf`), format: 'A4', printBackground: true,
    margin: { top: '15mm', bottom: '15mm', left: '12mm', right: '12mm' } });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.setViewportSize({ width: 720, height: 1000 });
  await page.waitForTimeout(100);
  await shot('paper', { fullPage: true });
  const policy = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
  assert.match(policy, /default-src 'none'; script-src 'sha256-/);
  assert.deepEqual(messages, [], 'the console is silent');
  assert.deepEqual(requests.filter((each) => each !== url && !each.startsWith('data:')), [],
    'nothing is requested but the file');
  assert.ok(interactive < interactiveMsMax, `interactive after ${interactive.toFixed(0)} ms`);
  await context.close();
  console.log(`${name}: ${count} charts, interactive after ${interactive.toFixed(0)} ms`);
}

// Without scripts the tables stand for the charts.
async function testWithoutScripts(browser, file, name) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(pathToFileURL(path.resolve(file)).href);
  assert.ok(await page.locator('noscript p').isVisible(), 'a note says that scripts are off');
  assert.equal(await page.locator('.chart').first().isVisible(), false, 'no empty charts');
  assert.ok((await page.locator('table').count()) > 0, 'there are tables');
  await page.screenshot({ path: path.join(output, `${name}-noscript.png`) });
  await context.close();
}

mkdirSync(output, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--force-prefers-reduced-motion'],
});
let failed = 0;
for (const file of pages) {
  const name = path.basename(file, '.html');
  try {
    await testPage(browser, file, name);
    await testWithoutScripts(browser, file, name);
  } catch (error) {
    ++failed;
    console.error(`${name}: ${error.message}`);
  }
}
await browser.close();
process.exit(failed === 0 ? 0 : 1);
