/** What the pages of a server need beyond the style sheet of all pages: a bar, a form, notices, descriptions. */
export const SITE_STYLE: string = `
.bar{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1.5rem;margin-bottom:2.25rem;padding-bottom:.9rem;border-bottom:1px solid var(--line)}
.bar>a{font-weight:650;color:var(--ink);text-decoration:none}
.bar nav{display:flex;gap:1.25rem}
form{display:flex;gap:.5rem;margin:0}
.bar form{margin-left:auto}
input[type=search],button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--edge);border-radius:4px;padding:.25rem .6rem;min-width:0}
input[type=search]{width:16rem}
button{background:var(--plain);cursor:pointer}
.notice{border-left:3px solid var(--edge);padding:.1rem 0 .1rem .8rem;margin:.5rem 0}
.notice.warn{border-color:var(--warn)}.notice.bad{border-color:var(--bad)}
.notice.warn,.notice.bad{color:var(--ink)}.notice.warn b{color:var(--warn)}.notice.bad b{color:var(--bad)}
code.copy{display:inline-block;max-width:100%;box-sizing:border-box;overflow-x:auto;white-space:nowrap;vertical-align:bottom;user-select:all;background:var(--plain);border-radius:4px;padding:.15rem .4rem}
h1+p.summary{font-size:1.1rem;margin:0 0 1rem}
.readme{max-width:80ch;margin-top:1rem}
.readme>:first-child{margin-top:0}
.readme h3{font-size:1.15rem}.readme h4{font-size:1.05rem}.readme h5,.readme h6{font-size:1rem;margin:1.5rem 0 .35rem;line-height:1.4}
.readme pre,pre.raw{overflow-x:auto;background:var(--plain);border-radius:4px;padding:.7rem .9rem;margin:.75rem 0}
pre.raw{white-space:pre-wrap}
.readme pre code{font-size:.875em}
.readme pre,pre.raw{font:.875em/1.5 ui-monospace,Menlo,Consolas,monospace}
.readme table{display:block;overflow-x:auto;margin:.75rem 0}
.readme td{min-width:0}
.readme blockquote{margin:.75rem 0;padding-left:1rem;border-left:3px solid var(--line);color:var(--soft)}
.readme dd{margin-left:1.5rem}
.readme hr{border:0;border-top:1px solid var(--line);margin:2rem 0}
.readme li{margin:.2rem 0}
.picture{color:var(--soft);border:1px solid var(--line);border-radius:3px;padding:0 .35rem;font-size:.875em}
a>.picture{color:inherit}
@media screen and (max-width:46rem){.bar{margin-bottom:1.5rem}.bar form{margin-left:0;width:100%}input[type=search]{flex:1;width:auto}}
@media print{.bar form{display:none}}
`.trim();
