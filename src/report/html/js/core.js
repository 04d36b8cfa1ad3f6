'use strict';
// Looks numbers up and shows them. Nothing is computed here but scaling for the eye.
const data = JSON.parse(document.getElementById('data').textContent);
const el = id => document.getElementById(id);

// The counterpart of pack.rs: differences in base 36, `d*n` for n times the same.
function unpack(text) {
  const out = [];
  let value = 0;
  if (text === '') return out;
  for (const part of text.split(' ')) {
    const star = part.indexOf('*');
    const step = parseInt(star < 0 ? part : part.slice(0, star), 36);
    const times = star < 0 ? 1 : parseInt(part.slice(star + 1), 36);
    for (let i = 0; i < times; i++) out.push(value += step);
  }
  return out;
}
function unpackWords(packed) {
  if (Array.isArray(packed)) return packed;
  return unpack(packed.at).map(i => packed.words[i]);
}

const grouped = digits => digits.replace(/\B(?=(\d{3})+$)/g, ',');
// Micro-dollars as two decimals, rounded half to even as the program does.
function usd(micros) {
  const size = Math.abs(micros), rest = size % 10000;
  let cents = (size - rest) / 10000;
  if (rest > 5000 || (rest === 5000 && cents % 2 === 1)) cents++;
  const text = String(cents).padStart(3, '0');
  return (micros < 0 && cents > 0 ? '-' : '') + grouped(text.slice(0, -2)) + '.' + text.slice(-2);
}
function usdExact(micros) {
  const text = String(Math.abs(micros)).padStart(7, '0');
  return (micros < 0 ? '-' : '') + text.slice(0, -6) + '.' + text.slice(-6);
}
function hours(seconds) {
  const tenths = Math.floor((seconds + 180) / 360);
  return grouped(String(Math.floor(tenths / 10))) + '.' + (tenths % 10);
}
const count = n => (n < 0 ? '-' : '') + grouped(String(Math.abs(n)));
const percent = tenths =>
  tenths === 0 ? '-' : (tenths < 0 ? '-' : '+') + Math.floor(Math.abs(tenths) / 10) + '.'
    + (Math.abs(tenths) % 10) + ' %';
const show = { usd, hours, count };
const exact = { usd: usdExact, hours: String, count: String };

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}
const NS = 'http://www.w3.org/2000/svg';
function draw(tag, attributes, ...children) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
// A number as it is read, the exact one beside it.
function figure(kind, value) {
  return make('data', { value: exact[kind](value) }, show[kind](value));
}
function options(select, items, chosen) {
  select.replaceChildren(...items.map(([value, text]) => new Option(text, value)));
  if (chosen !== undefined) select.value = chosen;
}
function planOptions(select) {
  options(select, data.plans.map((name, i) => [i, name]), 0);
}
const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

