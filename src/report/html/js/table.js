// The list of instances: sort, filter, search.
const fleet = { sort: 'total', down: true, all: false, order: [] };
const FIRST_ROWS = 100;
const LEAD = ['instance', 'own', 'advised', 'verdict'];
// Left out on paper, where there is no room.
const EXTRA = ['workspace', 'user', 'zone', 'own', 'running', 'queue'];
const classOf = c => [c.text ? '' : 'n', EXTRA.includes(c.key) ? 'extra' : ''].join(' ').trim() || null;
const FILTERS = ['workspace', 'region', 'vm_size', 'zone', 'own', 'advised', 'verdict'];

function startFleet() {
  const table = data.fleet;
  fleet.texts = table.texts.map(c => ({ ...c, values: unpackWords(c.values), text: true }));
  fleet.plans = table.plans.map(() => null);
  planOptions(el('fleet-plan'));
  for (const column of fleet.texts.filter(c => FILTERS.includes(c.key))) {
    const words = [...new Set(column.values)].sort();
    if (words.length < 2 || words.length > 60) continue;
    const select = make('select', { 'data-filter': column.key });
    options(select, [['*', 'all'], ...words.map(w => [w, w || '(none)'])]);
    select.addEventListener('change', showFleet);
    el('fleet-controls').append(make('label', {}, column.name, select));
  }
  el('fleet-plan').addEventListener('change', showFleet);
  el('fleet-search').addEventListener('input', showFleet);
  el('fleet-more').addEventListener('click', () => {
    fleet.all = !fleet.all;
    showFleet();
  });
  showFleet();
}
function fleetColumns() {
  const plan = el('fleet-plan').value;
  fleet.plans[plan] ||= data.fleet.plans[plan].map(unpack);
  const numbers = data.fleet.numbers.map((c, i) => ({ ...c, values: fleet.plans[plan][i] }));
  // What is decided and what it costs first; the rest of the description behind.
  const lead = fleet.texts.filter(c => LEAD.includes(c.key));
  return [...lead, ...numbers, ...fleet.texts.filter(c => !LEAD.includes(c.key))];
}
function showFleet() {
  const columns = fleetColumns();
  const filters = [...document.querySelectorAll('[data-filter]')].filter(s => s.value !== '*')
    .map(s => [columns.find(c => c.key === s.dataset.filter), s.value]);
  const wanted = el('fleet-search').value.trim().toLowerCase();
  const found = row => fleet.texts.some(c => String(c.values[row]).toLowerCase().includes(wanted));
  const rows = Array.from({ length: data.fleet.rows }, (_, i) => i).filter(row =>
    filters.every(([c, value]) => c.values[row] === value) && (wanted === '' || found(row)));
  const by = columns.find(c => c.key === fleet.sort) || columns[0];
  const order = by.text
    ? (a, b) => by.values[a].localeCompare(by.values[b], 'en', { numeric: true })
    : (a, b) => by.values[a] - by.values[b];
  rows.sort((a, b) => (fleet.down ? -order(a, b) : order(a, b)) || a - b);
  fleet.order = rows;
  el('fleet').tHead.replaceChildren(make('tr', {}, ...columns.map(heading)));
  const shown = fleet.all ? rows : rows.slice(0, FIRST_ROWS);
  el('fleet').tBodies[0].replaceChildren(...shown.map(row =>
    make('tr', {}, ...columns.map((c, i) => fleetCell(c, row, i)))));
  const total = rows.reduce((sum, row) => sum + columns.find(c => c.key === 'total').values[row], 0);
  el('fleet-now').textContent = `${count(rows.length)} of ${count(data.fleet.rows)} rows under `
    + `${data.plans[el('fleet-plan').value]}, ${usd(total)} ${data.currency} in all.`;
  el('fleet-more').hidden = rows.length <= FIRST_ROWS;
  el('fleet-more').textContent = fleet.all ? `Show the first ${FIRST_ROWS} only` : 'Show all rows';
}
function heading(column) {
  const on = column.key === fleet.sort;
  const unit = { usd: `, ${data.currency}`, hours: ', h' }[column.kind] || '';
  const arrow = on ? (fleet.down ? ' ↓' : ' ↑') : '';
  const button = make('button', { type: 'button', 'data-sort': column.key },
    column.name + unit + arrow);
  button.addEventListener('click', () => {
    fleet.down = on ? !fleet.down : !column.text;
    fleet.sort = column.key;
    showFleet();
    document.querySelector(`[data-sort="${column.key}"]`).focus();
  });
  return make('th', { scope: 'col', class: classOf(column),
    'aria-sort': on ? (fleet.down ? 'descending' : 'ascending') : null }, button);
}
function fleetCell(column, row, index) {
  const value = column.values[row];
  if (!column.text) return make('td', { class: classOf(column) }, figure(column.kind, value));
  if (index > 0 || !byName.has(value)) return make('td', { class: classOf(column) }, value);
  const button = make('button', { type: 'button', title: `Open the timeline of ${value}` }, value);
  button.addEventListener('click', () => {
    openStory(value);
    el('timeline').scrollIntoView();
    el('story-week').focus({ preventScroll: true });
  });
  return make('td', {}, button);
}
