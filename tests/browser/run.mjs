// Drives the HTML report in a real browser: `node run.mjs PATH/TO/idlewise [FOLDER]`.
//
// Every number is compared with what the program itself says: `sweep` and `simulate` write CSV,
// and the page must show the same. FOLDER keeps reports and screenshots (default: a new one).
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launch, open } from './browser.mjs';
import { checks } from './checks.mjs';

const program = resolve(process.argv[2] ?? '../../target/debug/idlewise');
const work = process.argv[3] ? resolve(process.argv[3]) : mkdtempSync(join(tmpdir(), 'idlewise-'));
const root = resolve(import.meta.dirname, '../..');
mkdirSync(work, { recursive: true });

const sample = ['--activity', 'data/sample/activity.csv', '--operations',
  'data/sample/operations.csv', '--instances', 'data/sample/instances.csv'];
const quota = ['activity', 'operations', 'instances', 'quotas', 'clusters', 'roles', 'prices']
  .flatMap(name => [`--${name}`, `data/quota-sample/${name}.csv`]);
const idlewise = (...args) =>
  execFileSync(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });

const at = name => join(work, name);
const plans = ['--plan', 'data/plans/idle-30.yml', 'data/plans/office-hours.yml', '--today'];
idlewise('report', ...sample, ...plans, '--recommendation', 'tests/browser/recommendation',
  '--out', at('sample.html'), '--plots', at('plots'), '--force');
idlewise('sweep', ...sample, '--out', at('sweep'), '--force');
idlewise('simulate', ...sample, ...plans, '--events', '--out', at('simulate'), '--force');
idlewise('report', ...quota, '--out', at('quota.html'), '--force');

const browser = await launch();
let failed = 0;
try {
  for (const [name, page, check] of checks) {
    const tab = await open(browser, at(page));
    try {
      await check(tab.page, at);
      const wrong = tab.wrong();
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${error.stack}`);
    }
    await tab.page.context().close();
  }
} finally {
  await browser.close();
}
console.log(`${checks.length - failed} passed, ${failed} failed; sample.html has `
  + `${statSync(at('sample.html')).size} bytes; screenshots are in ${work}`);
process.exitCode = failed > 0 ? 1 : 0;
