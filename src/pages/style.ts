/** The one style sheet of all pages: system fonts, light and dark, narrow screens, print. */
export const STYLE: string = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#dfe3e8;--good:#116329;--bad:#a40e26;--warn:#7d4e00;--accent:#0550ae;--own:#dbe9f8;--own-line:#3f74ad;--module:#e4f1e1;--module-line:#4d8048;--plain:#eef0f3;--lack:#fde7e4;--graft:#fcf0d6;--graft-line:#8f6a12;--edge:#7f8992}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14171a;--ink:#e6e9ec;--soft:#a3adb7;--line:#2d3339;--good:#5fce7d;--bad:#ff8d85;--warn:#e2b14c;--accent:#7ab4ff;--own:#1b3149;--own-line:#6f9fd0;--module:#1e3523;--module-line:#6fa76b;--plain:#23282d;--lack:#47211e;--graft:#43351a;--graft-line:#cfa24a;--edge:#828d97}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:74rem;padding:2rem 1.5rem 4rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main:focus{outline:0}
h1{font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:0 0 .5rem}
h2{font-size:1.15rem;line-height:1.3;font-weight:650;margin:3rem 0 .5rem}
h3{font-size:1rem;line-height:1.4;font-weight:650;margin:2.25rem 0 .35rem}
h2,h3,section{scroll-margin-top:1rem}
section>section{margin-top:2.75rem}section section>h2,section section>h3{margin-top:0}
section+section.input{border-top:3px solid var(--line);margin-top:4rem;padding-top:2rem}
p{margin:.35rem 0;max-width:72ch}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:.3em}
code{font:.875em/1.5 ui-monospace,Menlo,Consolas,monospace}
.o{white-space:nowrap}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.25rem .5rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.verdict{font-size:1.2rem;line-height:1.4;font-weight:600;margin:0 0 1rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;list-style:none;margin:1.5rem 0 0;padding:.6rem 0;border:solid var(--line);border-width:1px 0}
dl{margin:.5rem 0}dd{margin:0}
.facts>div,.entries>div{display:grid;grid-template-columns:17rem minmax(0,1fr);column-gap:1.5rem}
.facts>div{grid-template-columns:9.5rem minmax(0,1fr);padding:.1rem 0}
.facts dt{color:var(--soft)}
.entries>div{padding:.55rem 0;border-top:1px solid var(--line)}
.facts dd,.entries dd{grid-column:2}.facts dt,.entries dt{grid-row:1/span 9}
.entries dd{max-width:80ch}
.group{margin-top:1.25rem}
.todo{margin:0 0 1.75rem;padding:.55rem 0;border-top:1px solid var(--line);max-width:none}
.todo b{font-weight:650}
.scroll{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;font-size:.925rem;overflow-wrap:break-word}
caption{text-align:left;color:var(--soft);padding-bottom:.35rem;max-width:calc(100vw - 3rem)}
th,td{text-align:left;vertical-align:baseline;padding:.3rem 1.75rem .3rem 0;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
td{max-width:36rem}
th{font-weight:600;color:var(--soft);white-space:nowrap}
tbody th{font-weight:400;color:var(--ink)}
th.b{white-space:normal;min-width:11rem}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.t{white-space:nowrap}
tr.this>:nth-child(-n+2){font-weight:650}
figure{margin:.75rem 0}
figure thead th{white-space:normal;vertical-align:bottom;min-width:5rem}figure th,figure td{padding-right:1.1rem}
figcaption{display:flex;flex-wrap:wrap;gap:.25rem 1.75rem;color:var(--soft);font-size:.925rem}
.key{display:inline-flex;align-items:center;gap:.5rem}
svg{display:block;flex:none}
svg.map{width:100%;min-width:46rem;height:auto}
svg text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:var(--ink)}
svg .soft{fill:var(--soft)}
.node rect{fill:var(--plain);stroke:var(--edge)}
.k-module rect{fill:var(--module);stroke:var(--module-line)}
.k-carried rect{fill:var(--own);stroke:var(--own-line)}
.k-system rect{stroke-dasharray:4 3}
.k-grafted rect{fill:var(--graft);stroke:var(--graft-line);stroke-width:2;stroke-dasharray:2 2}
.k-missing rect,.k-unreachable rect{fill:var(--lack);stroke:var(--bad);stroke-width:2}
.k-unreachable rect{stroke-dasharray:7 3}
.edge path{fill:none;stroke:var(--edge);opacity:.6}
.edge .tip{fill:var(--edge);stroke:none;opacity:1}
.e-missing path,.e-unreachable path{stroke:var(--bad);opacity:.85;stroke-dasharray:5 3}
.e-missing .tip,.e-unreachable .tip{fill:var(--bad)}
.tile rect{fill:var(--plain)}.t-native rect{fill:var(--own)}.tile .mark{fill:var(--own-line);opacity:.75}
.tile text{font-size:11px}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--accent);padding:.15rem 0}
details ul{margin:.5rem 0;padding-left:1.25rem}details li{margin:.25rem 0}
footer{margin-top:4rem;padding-top:.75rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
@media screen and (max-width:46rem){body{padding:1.25rem 1rem 3rem}.entries>div{grid-template-columns:minmax(0,1fr)}.facts>div{grid-template-columns:7rem minmax(0,1fr);column-gap:.75rem}.entries dd{grid-column:1}.entries dt{grid-row:auto}td{min-width:14rem}.scroll td.t{min-width:0}td.n,td.t{min-width:0}}
@media print{:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb}body{max-width:none;padding:0;font-size:10pt}nav,.skip{display:none}.scroll{overflow:visible}table{font-size:.85rem}th,td{padding-right:.9rem}td,code{overflow-wrap:anywhere}td.n,th{white-space:normal}caption{max-width:none}h2,h3,caption{break-after:avoid}.entries>div{grid-template-columns:12rem minmax(0,1fr)}tr,.entries>div,figure{break-inside:avoid}svg{max-width:100%;height:auto}svg.map{min-width:0}details::details-content{content-visibility:visible;display:block;block-size:auto}*{print-color-adjust:exact}}
`.trim();
