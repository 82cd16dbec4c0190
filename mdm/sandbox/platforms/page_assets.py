"""Style and script that the pages of all simulators share; each platform's theme adds its own colours and
shapes."""

BASE_STYLE = """
*{box-sizing:border-box}
body{margin:0;font-size:14px;line-height:1.45;color:var(--ink);background:var(--ground);
font-family:var(--font)}
.shell{display:flex;align-items:baseline;gap:14px;padding:12px 28px;background:var(--shell);
color:var(--shell-ink)}
.shell .brand{font-weight:700;font-size:17px;color:inherit;text-decoration:none}
.shell .subtitle{opacity:.85}
main{max-width:1320px;margin:0 auto;padding:20px 28px}
footer{max-width:1320px;margin:0 auto;padding:4px 28px 28px;color:var(--soft);font-size:12px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:16px;margin-bottom:18px}
.tile{display:block;text-align:left;font:inherit;color:inherit;background:var(--card);
border:1px solid var(--line);border-radius:var(--round);
padding:14px 18px;cursor:pointer;box-shadow:var(--shadow)}
.tile.chosen{border-color:var(--accent);box-shadow:0 0 0 1px var(--accent)}
.tile span{display:block}.tile .tile-label{font-weight:700;font-size:15px}
.tile .tile-count{margin:2px 0 10px;color:var(--soft)}.tile .tile-count span{display:inline}
.tile .golden{font-size:22px;color:var(--ink)}
.bar{height:8px;border-radius:4px;background:var(--track);overflow:hidden}.tile .fill{height:100%;
width:0;background:var(--good);transition:width .6s}
.tile .percent{margin-top:4px;font-size:12px;color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:var(--round);padding:16px 20px;
margin-bottom:16px;box-shadow:var(--shadow)}
h1{font-size:18px;margin:0}h2{font-size:15px;margin:0 0 10px}
.toolbar{display:flex;gap:14px;align-items:center;flex-wrap:wrap;margin-bottom:12px}.toolbar h1{flex:1}
input,select,.pager button{font:inherit;padding:6px 10px;border:1px solid var(--edge);
border-radius:var(--round-small);background:#fff;color:inherit}
input[type=search]{width:320px;max-width:100%}
.pager button{cursor:pointer;color:var(--accent)}.pager button:disabled{color:var(--soft);cursor:default}
.scroll{overflow-x:auto}table{width:100%;border-collapse:collapse}
th{text-align:left;font-size:12px;color:var(--soft);font-weight:600;padding:8px 10px;
border-bottom:1px solid var(--edge);background:var(--head)}
td{padding:8px 10px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td.key a,.crumbs a,main p a{color:var(--accent);text-decoration:none}td.key,td.gid,td.at{
white-space:nowrap;font-variant-numeric:tabular-nums}
tr.fresh td{background:var(--fresh)}tbody tr td{transition:background 1.2s}
.golden-id,td.gid b{font-family:ui-monospace,Menlo,Consolas,monospace;font-weight:600;
color:var(--good-ink)}
td.gid b{background:var(--good-soft);padding:1px 7px;border-radius:9px}.none{color:var(--soft)}
.pager{display:flex;gap:12px;align-items:center;margin-top:12px;flex-wrap:wrap}#counters{
margin-left:auto;color:var(--soft);font-size:12px}
#pulse{width:9px;height:9px;border-radius:50%;background:var(--good)}#pulse.lost{background:#bb0000}
.crumbs{margin-bottom:12px;color:var(--soft)}.object-head{display:flex;justify-content:space-between;
align-items:center;gap:20px}
.object-head p{margin:2px 0 0;color:var(--soft)}.object-head .golden-id{font-size:20px}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:10px 24px;margin:0}dt{
font-size:12px;color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
button:focus-visible,input:focus-visible,select:focus-visible,a:focus-visible{
outline:2px solid var(--accent);outline-offset:2px}
"""

LIST_SCRIPT = """
const $ = (id) => document.getElementById(id);
const seconds = 6;
let chosen = OBJECTS.includes(location.hash.slice(1)) ? location.hash.slice(1) : OBJECTS[0];
let page = 0, busy = false, again = false;
function text(node, value) { if (node.textContent !== value) node.textContent = value; }
function cell(row, kind, value) {
  const td = document.createElement('td'); td.className = kind; row.appendChild(td);
  if (kind === 'gid') {
    const inner = document.createElement(value ? 'b' : 'span');
    inner.className = value ? '' : 'none'; inner.textContent = value || 'none'; td.appendChild(inner);
  } else if (kind === 'key') {
    const link = document.createElement('a');
    link.href = '/record/' + encodeURIComponent(chosen) + '/' + encodeURIComponent(value);
    link.textContent = value; td.appendChild(link);
  } else { td.textContent = value; }
}
function show(live) {
  for (const total of live.totals) {
    const tile = document.querySelector('[data-object="' + total.object + '"]');
    const share = total.rows ? 100 * total.golden / total.rows : 0;
    text(tile.querySelector('.golden'), total.golden.toLocaleString('en'));
    text(tile.querySelector('.rows'), total.rows.toLocaleString('en'));
    text(tile.querySelector('.percent'), (share === 100 ? '100' : share.toFixed(1)) + ' %');
    tile.querySelector('.fill').style.width = share + '%';
    tile.classList.toggle('chosen', total.object === chosen);
    if (total.object !== chosen) continue;
    text($('heading'), total.label); text($('detail-head'), total.detail_label);
  }
  const body = document.createDocumentFragment();
  for (const row of live.rows) {
    const tr = document.createElement('tr');
    if (live.now - row.changed_at < seconds * 1000) tr.className = 'fresh';
    cell(tr, 'key', row.key); cell(tr, 'name', row.name); cell(tr, 'detail', row.detail);
    cell(tr, 'gid', row.golden_id);
    const moment = row.changed_at ? new Date(row.changed_at).toISOString() : '';
    cell(tr, 'at', moment.slice(0, 19).replace('T', ' '));
    body.appendChild(tr);
  }
  $('rows').replaceChildren(body);
  const before = page * live.rows_a_page, last = before + live.rows.length;
  const first = live.matching ? before + 1 : 0;
  const [from, to, all] = [first, last, live.matching].map((number) => number.toLocaleString('en'));
  text($('position'), from + '\\u2013' + to + ' of ' + all);
  $('previous').disabled = page === 0; $('next').disabled = last >= live.matching;
  const c = live.counters;
  text($('counters'), c.requests + ' API calls, ' + c.writes + ' writes, ' + c.rejected + ' refused, '
    + c.faults + ' faults');
}
async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const asked = {object: chosen, q: $('search').value, order: $('order').value, page: page};
    const query = new URLSearchParams(asked);
    show(await (await fetch('/_sandbox/live?' + query)).json());
    $('pulse').className = '';
  } catch (error) { $('pulse').className = 'lost'; $('pulse').title = String(error); }
  busy = false;
  if (again) { again = false; refresh(); }
}
function restart() { page = 0; refresh(); }
document.querySelectorAll('.tile').forEach((tile) => tile.addEventListener('click', () => {
  chosen = tile.dataset.object; location.hash = chosen; restart(); }));
$('search').addEventListener('input', restart);
$('order').addEventListener('change', restart);
$('previous').addEventListener('click', () => { page -= 1; refresh(); });
$('next').addEventListener('click', () => { page += 1; refresh(); });
refresh(); setInterval(refresh, 1000);
"""

RECORD_SCRIPT = """
async function refresh() {
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
  const [shown, wanted] = [document.querySelector('main'), fresh.querySelector('main')];
  if (shown.innerHTML !== wanted.innerHTML) shown.replaceWith(wanted);
}
setInterval(() => refresh().catch(() => undefined), 1000);
"""
