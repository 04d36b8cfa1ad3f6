// Charts by uPlot. Every chart is drawn anew when the colours change, and follows its box's width.
const charts = [];
function chart(id, build) {
  const box = el(id);
  if (!box) return null;
  const entry = { plot: null, build, box };
  entry.redraw = () => {
    if (entry.plot) entry.plot.destroy();
    box.replaceChildren();
    const width = Math.max(280, box.clientWidth - 16);
    const { opts, values } = build(width);
    entry.plot = new uPlot(Object.assign({ width, height: 300 }, opts), values, box);
  };
  entry.redraw();
  charts.push(entry);
  let last = box.clientWidth;
  new ResizeObserver(() => {
    if (box.clientWidth === last || !box.clientWidth) return;
    last = box.clientWidth;
    entry.plot.setSize({ width: Math.max(280, last - 16), height: entry.plot.height });
  }).observe(box);
  return entry;
}
const redrawCharts = () => charts.forEach(entry => entry.redraw());
for (const query of ['(prefers-color-scheme: dark)', 'print']) {
  matchMedia(query).addEventListener('change', redrawCharts);
}

function axis(extra) {
  const line = { stroke: css('--rule'), width: 1 };
  return Object.assign({
    stroke: css('--soft'), grid: line, ticks: line,
    font: '12px system-ui, sans-serif', labelFont: '12px system-ui, sans-serif',
  }, extra);
}
const short = n => {
  const size = Math.abs(n);
  if (size >= 1e6) return (n / 1e6).toFixed(size >= 1e7 ? 0 : 1) + ' M';
  return size >= 100 || Number.isInteger(n) ? grouped(String(Math.round(n))) : String(+n.toFixed(2));
};
const shorts = (_, ticks) => ticks.map(short);

// Total over waiting for different values of an hour of waiting.
function paretoChart() {
  const points = [...data.pareto].sort((a, b) => a.wait - b.wait || a.total - b.total);
  const x = points.map(p => p.wait / 3600), y = points.map(p => p.total / 1e6);
  // Legends tell of the point under the pointer, else of the knee.
  const knee = points.findIndex(p => p.knee);
  const at = i => points[i ?? knee];
  const told = say => (u, v, s, i) => at(i) ? say(at(i)) : '';
  chart('pareto-chart', () => ({
    values: [x, y, points.map((p, i) => p.knee ? y[i] : null)],
    opts: {
      scales: { x: { time: false, range: pad }, y: { range: pad } },
      axes: [axis({ label: 'Hours waited', values: shorts }),
        axis({ label: 'Total, ' + data.currency, values: shorts, size: 66 })],
      series: [{ label: 'Hours waited', value: told(p => hours(p.wait)) },
        { label: 'Total', stroke: css('--compute'), width: 2, points: { show: true, size: 8,
          fill: css('--panel') }, value: told(p => `${usd(p.total)} ${data.currency}`) },
        { label: 'Knee', stroke: css('--idle'), points: { show: true, size: 12,
          fill: css('--idle') }, value: told(p =>
            `${p.knee ? '' : 'no, '}an hour of waiting is worth ${p.value} ${data.currency}`) }],
    },
  }));
}
function pad(u, low, high) {
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - room, high + room];
}

function quotaChart() {
  const quota = data.quota;
  if (!quota) return;
  options(el('quota-line'), quota.lines.map((l, i) => [i, `${l.region}: ${l.limit_name}`]));
  const full = quota.lines.findIndex(l =>
    l.limit !== null && unpack(l.used).some(used => used >= l.limit));
  if (full >= 0) el('quota-line').value = full;
  const entry = chart('quota-chart', () => {
    const line = quota.lines[el('quota-line').value];
    const at = unpack(line.at), used = unpack(line.used);
    at.push(quota.end);
    used.push(used[used.length - 1]);
    const limit = line.limit, held = line.limit_name === 'computes' ? 'Computes' : 'Cores';
    const most = used.indexOf(Math.max(...used));
    el('quota-now').textContent = `${line.region}, ${line.limit_name}: `
      + (limit === null ? 'no limit of its own; ' : `may hold ${count(limit)}; `)
      + `at most ${count(used[most])} were held.`;
    const date = (t, step) => new Date(t * 1000).toISOString()
      .slice(...step < 86400 ? [5, 16] : [0, 10]).replace('T', ' ');
    const told = say => (u, v, s, i) => say(i ?? most);
    return {
      values: [at, used, at.map(() => limit)],
      opts: {
        padding: [null, 44, null, null],
        tzDate: t => uPlot.tzDate(new Date(t * 1000), 'UTC'),
        scales: { y: { range: (u, low, high) => [0, Math.max(high, limit || 0) * 1.1 || 1] } },
        axes: [axis({ space: 100, values: (u, ticks, a, space, step) => ticks.map(t => date(t, step)) }),
          axis({ label: held, values: shorts })],
        series: [{ label: 'UTC', value: told(i => date(at[i], 0)) },
          { label: held, stroke: css('--compute'), width: 2, fill: css('--compute') + '22',
            paths: uPlot.paths.stepped({ align: 1 }), points: { show: false },
            value: told(i => count(used[i])) },
          { label: 'Limit', stroke: css('--bad'), dash: [6, 4], width: 1.5, points: { show: false },
            value: () => limit === null ? 'none' : count(limit) }],
      },
    };
  });
  el('quota-line').addEventListener('change', entry.redraw);
  const r = quota.requests, region = unpackWords(r.region);
  const [asked, used, limit, granted] = [r.asked, r.used, r.limit, r.granted].map(unpack);
  const rows = r.at.map((at, i) => make('tr', {},
    ...[at, region[i], r.name[i], r.requester[i]].map(text => make('td', {}, text)),
    ...[asked[i], used[i], limit[i] < 0 ? 'none' : limit[i], granted[i]].map(n =>
      make('td', { class: 'n' }, String(n)))));
  if (quota.short > rows.length) {
    rows.push(make('tr', {}, make('td', { colspan: 8 },
      `and ${count(quota.short - rows.length)} more, all in quota.csv`)));
  }
  el('quota-table').tBodies[0].replaceChildren(...rows);
}
