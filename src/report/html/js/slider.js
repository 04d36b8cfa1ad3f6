// The idle limit: every figure is looked up in the sweep, which holds all limits.
const LAST = 4306, MIN = 15, MAX = 4320;
const minutesAt = index => index === LAST ? null : MIN + index;
const limitText = index => index === LAST ? 'no idle limit' : `${count(minutesAt(index))} minutes`;
const MEASURES = [
  ['total_usd', 'Total', 'usd'], ['compute_usd', 'Compute', 'usd'],
  ['wait_s', 'People waited, hours', 'hours'], ['starts_demand', 'Cold starts', 'count'],
  ['starts_schedule', 'Scheduled starts', 'count'], ['running_s', 'On, hours', 'hours'],
  ['active_s', 'In use, hours', 'hours'], ['billed_s', 'Billed, hours', 'hours'],
  ['queue_s', 'Runs queued, hours', 'hours'], ['stops_idle', 'Idle shutdowns', 'count'],
  ['stops_schedule', 'Scheduled stops', 'count'], ['interruptions_idle', 'Work cut by idle', 'count'],
  ['interruptions_schedule', 'Work cut by schedule', 'count'],
  ['lost_run_s', 'Runs lost, hours', 'hours'],
];
const TELLING = [15, 20, 30, 45, 60, 90, 120, 240, 480, 1440, 4320].map(m => m - MIN).concat(LAST);
const unpacked = [];
const limit = { index: 0, chart: null };

function sweepOf(plan) {
  if (!unpacked[plan]) {
    const columns = data.sweeps[plan].columns;
    unpacked[plan] = Object.fromEntries(Object.entries(columns).map(([k, v]) => [k, unpack(v)]));
  }
  return unpacked[plan];
}
const limitPlan = () => Number(el('limit-plan').value);
// The slider's way is logarithmic: most of what matters lies below a day.
const REACH = 1000, NONE_AT = 1050;
const positionOf = index => index === LAST ? NONE_AT
  : Math.round(REACH * Math.log(minutesAt(index) / MIN) / Math.log(MAX / MIN));
const indexAt = position => position > (REACH + NONE_AT) / 2 ? LAST
  : Math.round(MIN * Math.pow(MAX / MIN, Math.min(position, REACH) / REACH)) - MIN;

function setLimit(index, moveSlider = true) {
  limit.index = Math.max(0, Math.min(LAST, index));
  const range = el('limit-range'), none = limit.index === LAST;
  if (moveSlider) range.value = positionOf(limit.index);
  range.setAttribute('aria-valuetext', limitText(limit.index));
  el('limit-none').checked = none;
  el('limit-minutes').disabled = none;
  if (!none) el('limit-minutes').value = minutesAt(limit.index);
  showLimit();
}
function showLimit() {
  const plan = limitPlan(), sweep = sweepOf(plan), own = data.sweeps[plan].today, at = limit.index;
  const rows = MEASURES.map(([key, name, kind]) => {
    const now = make('td', { class: 'n', 'data-key': key }, figure(kind, sweep[key][at]));
    const label = kind === 'usd' ? `${name}, ${data.currency}` : name;
    return make('tr', {}, make('th', { scope: 'row' }, label), now,
      make('td', { class: 'n' }, figure(kind, own[key])));
  });
  const change = sweep.change[at];
  rows.splice(1, 0, make('tr', {}, make('th', { scope: 'row' }, 'Change of the total'),
    make('td', { class: 'n ' + (change < 0 ? 'better' : change > 0 ? 'worse' : ''),
      'data-key': 'change' }, percent(change)), make('td', { class: 'n' }, '')));
  el('limit-figures').tBodies[0].replaceChildren(...rows);
  el('limit-own-heading').textContent = ownText(plan);
  el('limit-now').textContent = `With ${limitText(at)} and the schedules of ${data.plans[plan]}: `
    + `${usd(sweep.total_usd[at])} ${data.currency}, `
    + `people wait ${hours(sweep.wait_s[at])} hours at ${count(sweep.starts_demand[at])} cold starts.`;
  if (limit.chart) {
    limit.chart.plot.redraw(false);
    limit.chart.plot.setLegend({ idx: null });
  }
}
function limitTable() {
  const sweep = sweepOf(limitPlan()), table = el('limit-table');
  const columns = MEASURES.slice(0, 6);
  table.tHead.replaceChildren(make('tr', {}, make('th', { scope: 'col' }, 'Idle limit'),
    ...columns.map(([, name]) => make('th', { scope: 'col', class: 'n' }, name))));
  table.tBodies[0].replaceChildren(...TELLING.map(at => make('tr', {},
    make('th', { scope: 'row' }, limitText(at)),
    ...columns.map(([key, , kind]) => make('td', { class: 'n' }, figure(kind, sweep[key][at]))))));
}
function limitChart() {
  return chart('limit-chart', () => {
    const sweep = sweepOf(limitPlan());
    const minutes = Array.from({ length: LAST }, (_, i) => MIN + i);
    const mark = u => {
      const at = limit.index === LAST ? MAX : minutesAt(limit.index);
      const x = Math.round(u.valToPos(at, 'x', true)), { top, height } = u.bbox, c = u.ctx;
      c.save();
      c.strokeStyle = css('--ink');
      c.setLineDash([4, 4]);
      c.beginPath();
      c.moveTo(x, top);
      c.lineTo(x, top + height);
      c.stroke();
      c.restore();
    };
    // The legend tells of the limit under the pointer, else of the chosen one.
    const told = say => (u, v, s, i) => say(i ?? limit.index);
    const wide = el('limit-chart').clientWidth > 520;
    const splits = [15, 30, 60, 120, 240, 480, 1440, 4320].filter(m =>
      wide || [15, 60, 240, 1440].includes(m));
    return {
      values: [minutes, sweep.compute_usd.slice(0, LAST).map(v => v / 1e6),
        sweep.wait_s.slice(0, LAST).map(v => v / 3600)],
      opts: {
        height: 430,
        scales: { x: { time: false, distr: 3, range: () => [MIN, MAX] },
          usd: { range: (u, low, high) => [0, high * 1.05 || 1] },
          h: { range: (u, low, high) => [0, high * 1.15 || 1] } },
        axes: [axis({ splits: () => splits, filter: (u, s) => s, values: (u, s) => s.map(m =>
          m < 60 ? m + ' min' : m / 60 + ' h') }),
        axis({ scale: 'usd', label: 'Compute, ' + data.currency, values: shorts, size: 62 }),
        axis({ scale: 'h', side: 1, label: 'Hours waited', values: shorts, size: 58,
          grid: { show: false } })],
        series: [{ label: 'Idle limit', value: told(i => i === LAST ? 'none' : limitText(i)) },
          { label: 'Compute', scale: 'usd', stroke: css('--compute'), width: 2, points: { show: false },
            value: told(i => `${usd(sweep.compute_usd[i])} ${data.currency}`) },
          { label: 'Hours waited', scale: 'h', stroke: css('--idle'), width: 2, dash: [8, 3],
            points: { show: false }, value: told(i => hours(sweep.wait_s[i])) }],
        hooks: { draw: [mark] },
      },
    };
  });
}
function startSlider() {
  planOptions(el('limit-plan'));
  const ticks = [15, 30, 60, 120, 240, 480, 1440, 4320].map(m => [m - MIN,
    m < 60 ? m + ' min' : m / 60 + ' h']).concat([[LAST, 'none']]);
  el('limit-ticks').append(...ticks.map(([index, text]) => {
    const minor = ['30 min', '4 h', '8 h', '72 h'].includes(text);
    const end = { '15 min': 'first', none: 'last' }[text];
    const span = make('span', { class: minor ? 'minor' : end }, text);
    span.style.left = 100 * positionOf(index) / NONE_AT + '%';
    return span;
  }));
  const range = el('limit-range');
  range.addEventListener('input', () => setLimit(indexAt(Number(range.value)), false));
  range.addEventListener('change', () => setLimit(limit.index));
  const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -60, PageUp: 60,
    Home: -LAST, End: LAST };
  range.addEventListener('keydown', event => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    setLimit(limit.index + steps[event.key]);
  });
  const minutes = el('limit-minutes');
  minutes.addEventListener('change', () => setLimit(Math.max(MIN, Math.min(MAX,
    Math.round(Number(minutes.value)) || MIN)) - MIN));
  minutes.addEventListener('input', () => {
    const value = Number(minutes.value);
    if (Number.isInteger(value) && value >= MIN && value <= MAX) setLimit(value - MIN);
  });
  el('limit-none').addEventListener('change', event =>
    setLimit(event.target.checked ? LAST : Number(minutes.value || MIN) - MIN));
  el('limit-own').addEventListener('click', () => setLimit(data.sweeps[limitPlan()].own));
  el('limit-best').addEventListener('click', () => setLimit(data.sweeps[limitPlan()].cheapest));
  el('limit-plan').addEventListener('change', () => {
    ownButton();
    limitTable();
    limit.chart.redraw();
    showLimit();
  });
  ownButton();
  limitTable();
  const own = data.sweeps[0].own;
  setLimit(own === null || own === LAST ? 60 - MIN : own);
  limit.chart = limitChart();
}
const ownText = plan => data.plans[plan] === 'today' ? 'As it is today' : "The plan's own limits";
function ownButton() {
  el('limit-own').hidden = data.sweeps[limitPlan()].own === null;
  el('limit-own').textContent = ownText(limitPlan());
}
