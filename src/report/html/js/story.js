// One instance in one week: lanes of demand, state, idle clock and events, and the list of events.
const STATES = ['absent', 'creating', 'starting', 'running', 'restarting', 'stopping', 'stopped'];
const EVENT_WORDS = {
  exists_running: 'exists, running', exists_stopped: 'exists, stopped', starting: 'starts',
  stopping: 'stops', running: 'is running', stopped: 'is stopped', interrupted: 'work is cut',
  stop_dismissed: 'scheduled stop dismissed', stop_noop: 'stop changes nothing',
  start_noop: 'start changes nothing', start_queued: 'start queued',
  set_idle_clock_reset: 'idle limit set, clock back to 0',
  set_plan_clock_reset: 'plan set, clock back to 0',
};
const eventWords = name => EVENT_WORDS[name] || name.replace(/_/g, ' ');
const byName = new Map();

function startStory() {
  const { instances } = data.stories;
  instances.forEach(i => byName.set(i.name, i));
  if (instances.length === 0) {
    el('story-about').textContent = 'There is no week in which anything happened.';
    return;
  }
  el('story-names').append(...instances.map(i => make('option', { value: i.name })));
  el('story-instance').addEventListener('change', () => openStory(el('story-instance').value));
  el('story-week').addEventListener('change', () => weekChosen());
  el('story-plan').addEventListener('change', showStory);
  el('story-day').addEventListener('change', showStory);
  openStory(byName.has(data.stories.most) ? data.stories.most : instances[0].name);
}
const story = () => byName.get(el('story-instance').value);
const chosenWeek = () => story() && story().weeks[el('story-week').value];

function openStory(name) {
  const instance = byName.get(name);
  el('story-instance').value = name;
  if (!instance) {
    el('story-about').textContent = name ? `No week of ${name} is in this file.` : '';
    el('story-week').replaceChildren();
    el('story-chart').replaceChildren();
    el('story-events').tBodies[0].replaceChildren();
    return false;
  }
  options(el('story-week'), instance.weeks.map((w, i) =>
    [i, w.monday + (w.offsets.length > 1 ? ' (clocks change)' : '')]));
  el('story-week').value = Math.max(0, instance.weeks.findIndex(w => w.busiest));
  weekChosen();
  return true;
}
function weekChosen() {
  const week = chosenWeek(), before = el('story-plan').value;
  options(el('story-plan'), week.plans.map(([plan], i) => [i, data.plans[plan]]));
  if (before && before < week.plans.length) el('story-plan').value = before;
  options(el('story-day'), [['', 'the whole week'],
    ...DAYS.map((day, d) => [d, `${day} ${local(week, week.days[d]).slice(5, 10)}`])], '');
  showStory();
}
// The local clock: the offset that holds at that instant, from a list.
function local(week, at) {
  let offset = week.offsets[0][1];
  for (const [from, east] of week.offsets) if (at >= from) offset = east;
  return new Date((at + offset) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
function decode(week, text) {
  const pairs = part => part === '' ? [] : part.split(' ').map(p =>
    p.split(':').map(n => parseInt(n, 36)));
  const [spans, clocks, events] = text.split('|').map(pairs);
  let at = week.start;
  const out = { spans: [], clocks: [], events: [] };
  for (const [code, length] of spans) {
    out.spans.push({ from: at, to: at + length, state: STATES[code >> 4], attended: code & 1,
      unattended: code & 2 });
    at += length;
  }
  for (const [from, length] of clocks) {
    out.clocks.push([week.start + from, week.start + from + length]);
  }
  let last = week.start;
  for (const [wait, index] of events) {
    last += wait;
    const [event, cause, rule] = data.stories.events[index];
    out.events.push({ at: last, event, cause, rule });
  }
  return out;
}
function showStory() {
  const week = chosenWeek();
  if (!week) return;
  const told = decode(week, week.plans[el('story-plan').value][1]);
  const day = el('story-day').value;
  const [from, to] = day === '' ? [week.days[0], week.days[7]]
    : [week.days[+day], week.days[+day + 1]];
  const shift = week.offsets.length > 1
    ? ` Clocks change on ${local(week, week.offsets[1][0]).slice(0, 16)}.` : '';
  const plan = data.plans[week.plans[el('story-plan').value][0]];
  el('story-about').textContent = `${story().name} under ${plan}, by the clock of ${story().zone}.${shift}`;
  el('story-chart').replaceChildren(timeline(week, told, from, to));
  const rows = told.events.filter(e => e.at >= from && e.at < to).map(e => make('tr', {},
    make('td', { class: 'n' }, `${DAYS[dayOf(week, e.at)]} ${local(week, e.at).slice(5)}`),
    make('td', { class: 'n' }, new Date(e.at * 1000).toISOString().slice(0, 19) + 'Z'),
    make('td', { class: 'word' }, eventWords(e.event)), make('td', {}, e.cause), make('td', { class: 'word' }, e.rule),
    make('td', {}, data.stories.rules[e.rule] || '')));
  el('story-events').tBodies[0].replaceChildren(...rows);
}
function dayOf(week, at) {
  let day = 0;
  while (day < 6 && at >= week.days[day + 1]) day++;
  return day;
}
const LANES = { people: 34, runs: 62, state: 90, clock: 122, events: 176 };
function timeline(week, told, from, to) {
  const LEFT = 92, WIDE = 1000, HIGH = 206, scale = (WIDE - LEFT - 8) / (to - from);
  const x = at => LEFT + (Math.max(from, Math.min(to, at)) - from) * scale;
  const svg = draw('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, role: 'img',
    'aria-label': `Timeline of ${story().name}; the list of events below says the same` });
  grid(svg, week, from, to, x, HIGH);
  for (const [name, y] of [['People', LANES.people], ['Runs', LANES.runs], ['State', LANES.state],
    ['Idle clock', LANES.clock + 14], ['Events', LANES.events]]) {
    svg.append(draw('text', { x: 6, y: y + 13, class: 'lane' }, name));
  }
  const bar = (a, b, y, h, name, said) => {
    if (b <= from || a >= to) return;
    const node = draw('rect', { x: x(a), y, width: Math.max(0.6, x(b) - x(a)), height: h, class: name });
    hint(node, `${said}, ${local(week, a).slice(11, 16)} to ${local(week, b).slice(11, 16)}`);
    svg.append(node);
  };
  for (const s of told.spans) {
    if (s.state !== 'absent') {
      const phase = s.state === 'running' || s.state === 'stopped' ? s.state : 'phase';
      bar(s.from, s.to, LANES.state, 18, 's-' + phase, s.state);
    }
    const waits = s.state !== 'running';
    const said = s.state === 'absent' ? 'unserved' : waits ? 'waiting' : 'served';
    if (s.attended) bar(s.from, s.to, LANES.people, 18, waits ? 'd-wait' : 'd-served', `people ${said}`);
    if (s.unattended) bar(s.from, s.to, LANES.runs, 18, waits ? 'd-wait' : 'd-served', `runs ${said}`);
  }
  clocks(svg, week, told, from, to, x);
  for (const e of told.events) if (e.at >= from && e.at < to) mark(svg, week, e, x(e.at));
  return svg;
}
function grid(svg, week, from, to, x, high) {
  const whole = to - from > 2 * 86400;
  for (let d = 0; d < 7; d++) {
    if (week.days[d] < from || week.days[d] >= to) continue;
    const at = x(week.days[d]);
    svg.append(draw('line', { x1: at, x2: at, y1: 4, y2: high - 4, class: 'day' }));
    svg.append(draw('text', { x: at + 4, y: 14 },
      `${DAYS[d]} ${local(week, week.days[d]).slice(5, 10)}`));
    for (let h = whole ? 6 : 1; h < 24; h += whole ? 6 : 1) {
      const hour = x(week.days[d] + h * 3600);
      svg.append(draw('line', { x1: hour, x2: hour, y1: whole ? 28 : 18, y2: high - 4, class: 'grid' }));
      if (!whole && h % 2 === 0) {
        const clock = local(week, week.days[d] + h * 3600).slice(11, 16);
        svg.append(draw('text', { x: hour, y: 27, 'text-anchor': 'middle' }, clock));
      }
    }
  }
  for (const [at] of week.offsets.slice(1)) {
    if (at < from || at >= to) continue;
    svg.append(draw('line', { x1: x(at), x2: x(at), y1: 18, y2: high - 4, class: 'shift' }));
    svg.append(draw('text', { x: x(at) + 3, y: high - 6 }, 'clocks change'));
  }
}
// The idle clock climbs with time; the longest stretch of the week fills the lane.
function clocks(svg, week, told, from, to, x) {
  const most = Math.max(1, ...told.clocks.map(([a, b]) => b - a));
  if (told.clocks.length > 0) {
    svg.append(draw('text', { x: 6, y: LANES.clock + 43 }, `top: ${clockText(most)}`));
  }
  for (const [a, b] of told.clocks) {
    if (b <= from || a >= to) continue;
    const floor = LANES.clock + 36, top = end => floor - 36 * (end - a) / most;
    const first = Math.max(a, from), last = Math.min(b, to);
    const node = draw('polygon', { class: 'clock', points: `${x(first)},${floor} ${x(first)},${top(first)} `
      + `${x(last)},${top(last)} ${x(last)},${floor}` });
    hint(node, `idle for ${clockText(b - a)}, from `
      + local(week, a).slice(5, 16));
    svg.append(node);
  }
}
const clockText = seconds => `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
function mark(svg, week, e, x) {
  const y = LANES.events + 9, fired = e.cause === 'schedule';
  const shapes = {
    up: `${x - 4.5},${y + 4} ${x + 4.5},${y + 4} ${x},${y - 5}`,
    square: `${x - 4},${y - 4} ${x + 4},${y - 4} ${x + 4},${y + 4} ${x - 4},${y + 4}`,
    diamond: `${x - 4},${y} ${x},${y - 5} ${x + 4},${y} ${x},${y + 5}`,
    cross: `${x - 5},${y - 3} ${x - 3},${y - 5} ${x},${y - 2} ${x + 3},${y - 5} ${x + 5},${y - 3} `
      + `${x + 2},${y} ${x + 5},${y + 3} ${x + 3},${y + 5} ${x},${y + 2} ${x - 3},${y + 5} `
      + `${x - 5},${y + 3} ${x - 2},${y}`,
  };
  const starts = ['starting', 'start_noop', 'start_queued'].includes(e.event);
  const stops = ['stopping', 'stop_noop', 'queued_start_cancelled'].includes(e.event);
  let shape = null;
  if (e.event === 'stop_dismissed') shape = 'cross';
  else if (e.event === 'interrupted') shape = 'diamond';
  else if (fired && starts) shape = 'up';
  else if (fired && stops) shape = 'square';
  else if (e.event === 'stopping' && e.cause === 'idle') shape = 'diamond';
  else if (!['running', 'stopped', 'starting'].includes(e.event)) shape = 'diamond';
  if (!shape) return;
  const node = draw('polygon', { points: shapes[shape],
    class: e.event === 'interrupted' ? 'mark cut' : 'mark' });
  hint(node, `${local(week, e.at).slice(11)} ${eventWords(e.event)} (${e.cause}, ${e.rule})`);
  svg.append(node);
}
function hint(node, text) {
  node.append(draw('title', {}, text));
}
