// What must hold: name, page, check.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = name => resolve(import.meta.dirname, '../..', name);

function csv(path) {
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n').map(l => l.split(','));
  return lines.map(line => Object.fromEntries(head.map((name, i) => [name, line[i]])));
}
const exact = locator => locator.locator('data').first().getAttribute('value');

async function shownLimit(page) {
  const shown = {};
  for (const cell of await page.locator('#limit-figures td[data-key]').all()) {
    const key = await cell.getAttribute('data-key');
    if (key !== 'change') shown[key] = await exact(cell);
  }
  return shown;
}

// Every column of the sweep's row, and the total: compute and the standing costs of `simulate`.
function expected(at, row, plan) {
  const standing = csv(at('simulate/instances.csv')).filter(r => r.plan === plan)
    .flatMap(r => [r.os_disk_usd, r.public_ip_usd, r.load_balancer_usd])
    .reduce((sum, usd) => sum + BigInt(usd.replace('.', '')), 0n);
  const total = String(standing + BigInt(row.compute_usd.replace('.', ''))).padStart(7, '0');
  const { idle_minutes: _, ...columns } = row;
  return { ...columns, total_usd: `${total.slice(0, -6)}.${total.slice(-6)}` };
}

async function limits(page, at) {
  const rows = csv(at('sweep/sweep.csv'));
  assert.equal(rows.length, 4307);
  const compare = async minutes => {
    const row = rows.find(r => r.idle_minutes === String(minutes));
    assert.deepEqual(await shownLimit(page), expected(at, row, 'today'), `at ${minutes}`);
  };
  for (const minutes of [15, 16, 47, 60, 61, 480, 1439, 4319, 4320]) {
    await page.fill('#limit-minutes', String(minutes));
    await compare(minutes);
  }
  await page.check('#limit-none');
  await compare('none');
  await page.uncheck('#limit-none');
  // The keyboard: to one end, then minute by minute.
  await page.focus('#limit-range');
  await page.keyboard.press('Home');
  await compare(15);
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'PageUp']) {
    await page.keyboard.press(key);
  }
  await compare(76);
  await page.keyboard.press('End');
  await compare('none');
  // The mouse: wherever it lands, the figures are those of the limit that the page names.
  const box = await page.locator('#limit-range').boundingBox();
  for (const part of [0.1, 0.33, 0.62, 0.9]) {
    await page.mouse.click(box.x + box.width * part, box.y + box.height / 2);
    await compare(await page.inputValue('#limit-minutes'));
    assert.match(await page.getAttribute('#limit-range', 'aria-valuetext'), / minutes$/);
  }
  // With the pointer elsewhere, the chart's legend tells of the chosen limit.
  await page.fill('#limit-minutes', '47');
  const compute = await page.locator('#limit-figures [data-key=compute_usd]').textContent();
  const legend = await page.locator('#limit-chart .u-legend').textContent();
  assert.ok(legend.includes('47 minutes') && legend.includes(`${compute} USD`), legend);
}

async function everyLimit(page, at) {
  const rows = csv(at('sweep/sweep.csv'));
  // All 4,307 points of the embedded data, not only those that a slider is moved to.
  const embedded = await page.evaluate(() => sweepOf(0));
  for (const name of Object.keys(rows[0]).filter(n => n !== 'idle_minutes')) {
    const wanted = rows.map(r => Number(r[name].replace('.', '')));
    assert.deepEqual(embedded[name], wanted, name);
  }
}

async function table(page, at) {
  const names = () => page.locator('#fleet tbody tr td:first-child').allTextContents();
  const column = async key => {
    const heads = await page.locator('#fleet thead button').evaluateAll(all =>
      all.map(b => b.dataset.sort));
    const nth = heads.indexOf(key) + 1;
    const cells = page.locator(`#fleet tbody tr td:nth-child(${nth}) data`);
    return cells.evaluateAll(all => all.map(d => d.value));
  };
  for (const plan of ['today', 'idle-30']) {
    await page.selectOption('#fleet-plan', { label: plan });
    const rows = csv(at('simulate/instances.csv')).filter(r => r.plan === plan);
    const by = new Map(rows.map(r => [r.instance, r]));
    assert.equal((await names()).length, rows.length);
    for (const [key, name] of [['total', 'total_usd'], ['compute', 'compute_usd'],
      ['waste', 'waste_usd'], ['wait', 'wait_s'], ['active', 'active_s'],
      ['cold', 'starts_demand']]) {
      const wanted = (await names()).map(n => by.get(n)[name]);
      assert.deepEqual(await column(key), wanted, `${plan}: ${key}`);
    }
  }
  await page.click('[data-sort=wait]');
  assert.equal(await page.getAttribute('th:has([data-sort=wait])', 'aria-sort'), 'descending');
  const down = (await column('wait')).map(Number);
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  await page.click('[data-sort=wait]');
  assert.deepEqual((await column('wait')).map(Number), [...down].reverse());
  await page.click('[data-sort=instance]');
  assert.deepEqual(await names(), [...(await names())].sort());
  await page.selectOption('[data-filter=zone]', 'Europe/London');
  const london = csv(root('data/sample/instances.csv'))
    .filter(r => r.home_timezone === 'Europe/London').map(r => r.instance).sort();
  assert.deepEqual(await names(), london);
  await page.fill('#fleet-search', london[0].slice(0, 6));
  assert.deepEqual(await names(), [london[0]]);
  await page.fill('#fleet-search', 'nobody at all');
  assert.deepEqual(await names(), []);
}

async function timeline(page, at) {
  // Every event of the sample is embedded, with its cause and rule, and none is missing.
  const plans = await page.evaluate(() => data.plans);
  const embedded = await page.evaluate(() => data.stories.instances.flatMap(i => i.weeks.flatMap(w =>
    w.plans.flatMap(([plan, text]) => decode(w, text).events.map(e => [data.plans[plan], i.name,
      new Date(e.at * 1000).toISOString().slice(0, 19) + 'Z', e.event, e.cause, e.rule].join())))));
  const told = csv(at('simulate/events.csv'))
    .map(r => [r.plan, r.instance, r.at, r.event, r.cause, r.rule].join());
  const compared = embedded.filter(e => !e.startsWith('recommended,'));
  assert.ok(plans.includes('recommended') && compared.length < embedded.length);
  assert.deepEqual(compared.sort(), told.sort());
  // From the table to the timeline, and what it shows of one week.
  const name = await page.evaluate(() => data.stories.most);
  await page.fill('#fleet-search', name);
  await page.locator('#fleet tbody button').first().click();
  assert.equal(await page.inputValue('#story-instance'), name);
  await page.selectOption('#story-plan', { label: 'today' });
  assert.ok(await page.locator('#story-chart svg rect').count() > 10);
  const rows = await page.locator('#story-events tbody tr').evaluateAll(all => all.map(r =>
    [1, 3, 4].map(i => r.cells[i].textContent).join()));
  assert.ok(rows.length > 10, `${rows.length} events`);
  const own = new Set(csv(at('simulate/events.csv'))
    .filter(r => r.plan === 'today' && r.instance === name).map(r => [r.at, r.cause, r.rule].join()));
  assert.deepEqual(rows.filter(r => !own.has(r)), []);
  await page.selectOption('#story-day', '2');
  assert.ok(await page.locator('#story-chart svg').count() === 1);
  // Idle shutdowns happen when the clock has run for exactly the limit in force.
  const clocks = await page.evaluate(() => data.stories.instances.flatMap(i => i.weeks.flatMap(w =>
    w.plans.filter(([p]) => data.plans[p] === 'idle-30').flatMap(([, text]) => {
      const told = decode(w, text);
      return told.events.filter(e => e.cause === 'idle' && e.event === 'stopping').map(e =>
        told.clocks.filter(([, to]) => to === e.at).map(([from, to]) => to - from));
    }))));
  assert.ok(clocks.length > 100, `${clocks.length} idle shutdowns`);
  const wrong = clocks.filter(c => c.length !== 1 || c[0] !== 1800);
  // A week's last stop may belong to a limit that an operation set; none of the sample does so.
  assert.deepEqual(wrong, []);
}

async function week(page) {
  assert.equal(await page.locator('#week-grids table').count(), 2);
  await page.selectOption('#week-plan', { label: 'office-hours' });
  const berlin = await page.locator('#week-zone option', { hasText: 'Berlin' }).getAttribute('value');
  await page.selectOption('#week-zone', berlin);
  // The same schedule, an hour later by the summer clock.
  const hoursOf = (grid, mark) => page.locator(`#week-grids table >> nth=${grid}`)
    .locator('tbody tr').first().locator('td').evaluateAll((cells, m) =>
      cells.flatMap((c, h) => c.textContent.includes(m) ? [h] : []), mark);
  assert.deepEqual([await hoursOf(0, '▲'), await hoursOf(1, '▲')], [[8], [9]]);
  assert.deepEqual([await hoursOf(0, '■'), await hoursOf(1, '■')], [[19], [20]]);
  const before = await page.locator('#week-grids').textContent();
  await page.check('[name=measure][value=wasted]');
  assert.notEqual(await page.locator('#week-grids').textContent(), before);
}

// Contrast as WCAG counts it, of every cell's number on its colour over the panel.
const leastContrast = page => page.evaluate(() => {
  const parts = text => text.match(/[\d.]+/g).map(Number);
  const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = rgb => rgb.map(c => linear(c / 255))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  return Math.min(...[...document.querySelectorAll('.heat td')].map(cell => {
    const [r, g, b, alpha = 1] = parts(getComputedStyle(cell).backgroundColor);
    const panel = parts(getComputedStyle(cell.closest('.scroll')).backgroundColor);
    const behind = [r, g, b].map((c, i) => c * alpha + panel[i] * (1 - alpha));
    const [less, more] = [light(behind), light(parts(getComputedStyle(cell).color).slice(0, 3))]
      .sort((x, y) => x - y);
    return (more + 0.05) / (less + 0.05);
  }));
});

async function readable(page) {
  const plans = await page.locator('#week-plan option').evaluateAll(all => all.map(o => o.value));
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const measure of ['used', 'on', 'wasted']) {
      await page.check(`[name=measure][value=${measure}]`);
      for (const plan of plans) {
        await page.selectOption('#week-plan', plan);
        const contrast = await leastContrast(page);
        assert.ok(contrast >= 4.5, `${scheme}, ${measure}, plan ${plan}: ${contrast}`);
        // The largest share has the full colour, and it is the one that the page names.
        const [depth, most] = await page.locator('.heat td').evaluateAll(cells => [
          Math.max(...cells.map(c => Number(c.style.getPropertyValue('--share')))),
          Math.max(...cells.map(c => Number(c.title.match(/([\d.]+) %/)[1])))]);
        assert.equal(depth, 1, `${measure}, plan ${plan}`);
        const said = await page.locator('#week-scale').textContent();
        assert.ok(said.includes(` ${most.toFixed(1)} %`), `${said}: ${most}`);
      }
    }
  }
}

async function advice(page) {
  const verdict = await page.locator('.verdict').textContent();
  for (const part of ['4,873.12', '3,901.00 to 5,620.50', 'apply with care']) {
    assert.ok(verdict.includes(part), part);
  }
  assert.equal(await page.locator('#pareto-chart canvas').count(), 1);
  await page.locator('.copy').first().click();
  await page.waitForFunction(() => /^(Copied|Selected)/.test(
    document.querySelector('.copy').textContent));
  const text = readFileSync(root('tests/browser/recommendation/plans/eu-office.yml'), 'utf8');
  assert.equal(await page.locator('#plan-1').textContent(), text);
}

async function looks(page, at) {
  const colours = [];
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.waitForTimeout(150);
    colours.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await page.screenshot({ path: at(`desktop-${scheme}.png`), fullPage: true });
  }
  assert.notEqual(colours[0], colours[1]);
  for (const width of [1280, 800, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(100);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} px on ${width}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.screenshot({ path: at('narrow-light.png'), fullPage: true });
}

async function keyboard(page) {
  // Everything that can be operated has a name, and can be reached.
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button,select,input')]
    .filter(e => !e.hidden && !e.labels?.length && !e.getAttribute('aria-label')
      && !e.textContent.trim()).map(e => e.outerHTML));
  assert.deepEqual(nameless, []);
  const headless = await page.evaluate(() =>
    [...document.querySelectorAll('table:not(.u-legend)')].filter(t => !t.querySelector('th[scope]')).length);
  assert.equal(headless, 0);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
}

async function quota(page) {
  assert.equal(await page.locator('#quota-chart canvas').count(), 1);
  assert.ok(await page.locator('#quota-table tbody tr').count() > 0);
  const said = new Set();
  for (const line of await page.locator('#quota-line option').evaluateAll(o => o.map(x => x.value))) {
    await page.selectOption('#quota-line', line);
    said.add(await page.locator('#quota-now').textContent());
  }
  assert.ok(said.size > 2, [...said].join('; '));
  await page.locator('#quota').scrollIntoViewIfNeeded();
}

export const checks = [
  ['the slider shows exactly the numbers of the sweep', 'sample.html', limits],
  ['all 4,307 limits are embedded exactly', 'sample.html', everyLimit],
  ['the table sorts, filters, searches, and ties out with simulate', 'sample.html', table],
  ['the timeline opens and tells every event of events.csv', 'sample.html', timeline],
  ['the week shows the clock change', 'sample.html', week],
  ['every number of the week can be read', 'sample.html', readable],
  ['the recommendation is shown and its plans can be copied', 'sample.html', advice],
  ['light, dark, wide and narrow', 'sample.html', looks],
  ['keyboard and names', 'sample.html', keyboard],
  ['quota over time', 'quota.html', quota],
];
