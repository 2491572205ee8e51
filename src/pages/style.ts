/** The one style sheet of all pages: system fonts, light and dark, narrow screens, print. */
export const STYLE: string = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--tint:#f4f6f8;--good:#116329;--bad:#a40e26;--warn:#7d4e00;--accent:#0550ae;--own:#cfe3f7;--module:#e3f0e0;--system:#eceff2;--lack:#fbdcd8;--graft:#fbeccb;--edge:#8a949e}
@media(prefers-color-scheme:dark){:root{--paper:#14171a;--ink:#e6e9ec;--soft:#9aa5b0;--line:#333a41;--tint:#1c2126;--good:#5fce7d;--bad:#ff8d85;--warn:#e2b14c;--accent:#7ab4ff;--own:#1d3a57;--module:#22402a;--system:#2a3036;--lack:#5a2723;--graft:#52421b;--edge:#77828c}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1.25rem 5rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 .25rem}
h2{font-size:1.25rem;line-height:1.3;margin:3rem 0 .5rem}
h3{font-size:1rem;margin:2rem 0 .35rem}
p{margin:.35rem 0;max-width:70ch}
a{color:var(--accent)}
code{font:.875em ui-monospace,Menlo,Consolas,monospace}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.25rem .5rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.verdict{font-size:1.1rem;font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.25rem;margin:.75rem 0}
dt{color:var(--soft)}dd{margin:0}
.scroll{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;font-size:.925rem;overflow-wrap:break-word}
td{max-width:34rem}
caption{text-align:left;color:var(--soft);padding-bottom:.25rem}
th,td{text-align:left;vertical-align:top;padding:.28rem 1.5rem .28rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);white-space:nowrap}
tbody th{font-weight:400;color:var(--ink)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
svg{display:block;max-width:none}
svg text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:var(--ink)}
svg .soft{fill:var(--soft)}
.node rect{stroke:var(--edge);stroke-width:1}
.k-module rect{fill:var(--module)}.k-carried rect{fill:var(--own)}.k-system rect{fill:var(--system);stroke-dasharray:4 3}
.k-missing rect{fill:var(--lack);stroke:var(--bad);stroke-width:2}.k-grafted rect{fill:var(--graft);stroke-dasharray:1 2}.k-unreachable rect{fill:var(--lack);stroke-dasharray:6 3}
.edge{fill:none;stroke:var(--edge);stroke-width:1;opacity:.55}
.edge.e-missing,.edge.e-unreachable{stroke:var(--bad);opacity:.9;stroke-dasharray:5 3}
.tile rect{stroke:var(--paper);stroke-width:1}
.t-native rect{fill:var(--own)}.t-other rect{fill:var(--system)}.t-rest rect{fill:var(--tint)}
.t-native text,.t-other text,.t-rest text{font-size:11px}
svg.key{display:inline-block;vertical-align:-.15em;margin:0 .3rem 0 1.2rem}svg.key:first-child{margin-left:0}
details>summary{cursor:pointer;color:var(--accent)}
@media print{body{max-width:none;padding:0}.scroll{overflow:visible}h2{break-after:avoid}svg{max-width:100%;height:auto}}
`.trim();
