// Copying needs no network and no permission: where the clipboard is closed, the text is selected.
async function copyText(button) {
  const pre = el(button.dataset.copy), label = button.firstChild;
  let said = 'Copied ';
  try {
    await navigator.clipboard.writeText(pre.textContent);
  } catch {
    const range = document.createRange();
    range.selectNodeContents(pre);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    said = document.execCommand('copy') ? 'Copied ' : 'Selected: press Ctrl+C ';
  }
  label.textContent = said;
  setTimeout(() => { label.textContent = 'Copy '; }, 2500);
}
document.querySelectorAll('.copy').forEach(button =>
  button.addEventListener('click', () => copyText(button)));

startSlider();
startWeek();
startStory();
startFleet();
if (data.pareto) paretoChart();
quotaChart();
// Paper cannot be opened or scrolled.
addEventListener('beforeprint', () =>
  document.querySelectorAll('details').forEach(d => { d.open = true; }));
document.documentElement.dataset.ready = 'yes';
