// The local week as one table per season; a cell is a share of the time instances existed.
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const WORDS = { used: 'in use', on: 'on', wasted: 'on for nobody' };

function startWeek() {
  planOptions(el('week-plan'));
  const zones = data.weeks[0];
  options(el('week-zone'), zones.map((z, i) => [i, `${z.zone} (${count(z.instances)})`]), 0);
  for (const id of ['week-plan', 'week-zone', 'week-measure']) {
    el(id).addEventListener('change', showWeek);
  }
  showWeek();
}
function showWeek() {
  const plan = el('week-plan').value, zone = el('week-zone').value;
  const week = data.weeks[plan][zone];
  const measure = document.querySelector('[name=measure]:checked').value;
  const names = week.seasons.length > 1 ? ['Standard time (winter)', 'Summer time']
    : [week.summer ? 'Summer time' : 'Standard time'];
  // One scale for both seasons; less than 1 % is never deep.
  const most = Math.max(10, ...week.seasons.flatMap(season => unpack(season[measure])));
  el('week-scale').textContent = `${data.plans[plan]}, ${week.zone.replace(/^All/, 'all')}. `
    + `The strongest colour stands for ${(most / 10).toFixed(1)} %.`;
  el('week-grids').replaceChildren(...week.seasons.map((season, i) =>
    weekTable(season, measure, most, `${names[i]}: % of the time ${WORDS[measure]}`)));
}
function weekTable(season, measure, most, caption) {
  const share = unpack(season[measure]), starts = unpack(season.starts), stops = unpack(season.stops);
  const head = make('tr', {}, make('th', { scope: 'col' }, make('span', { class: 'hidden' }, 'Day')),
    ...Array.from({ length: 24 }, (_, h) => make('th', { scope: 'col' }, String(h).padStart(2, '0'))));
  const rows = DAYS.map((day, d) => make('tr', {}, make('th', { scope: 'row' }, day),
    ...Array.from({ length: 24 }, (_, h) => {
      const i = d * 24 + h, value = share[i];
      const marks = (starts[i] ? '▲' : '') + (stops[i] ? '■' : '');
      const said = `${day} ${String(h).padStart(2, '0')}:00, ${WORDS[measure]} ${value / 10} %`
        + (starts[i] ? `, ${count(starts[i])} start schedules fired` : '')
        + (stops[i] ? `, ${count(stops[i])} stop schedules fired` : '');
      const depth = value / most;
      const cell = make('td', { title: said, class: depth >= 0.83 ? 'full' : depth >= 0.73 ? 'strong'
        : null }, (value / 10).toFixed(most < 100 ? 1 : 0));
      if (marks) cell.append(make('b', { 'aria-label': said.split(', ').slice(2).join(', ') }, marks));
      cell.style.setProperty('--share', depth);
      return cell;
    })));
  const table = make('table', { class: 'heat' }, make('caption', {}, caption),
    make('thead', {}, head), make('tbody', {}, ...rows));
  return make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, table);
}
