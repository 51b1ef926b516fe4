/** The style of the page: system fonts, two palettes, nothing that moves. */
export const pageStyle: string = `
:root{--paper:#fbfbf9;--ink:#1c1f24;--soft:#5a6270;--line:#d9dce1;--card:#fff;--link:#0b57b0;--right:#1a7f37;--wrong:#b4452f;--warn:#8a5300;--focus:#0b57b0}
@media (prefers-color-scheme:dark){:root{--paper:#15171b;--ink:#e8eaed;--soft:#a3abb8;--line:#343942;--card:#1d2026;--link:#8ab8ff;--right:#57c878;--wrong:#f08c76;--warn:#f0b860;--focus:#8ab8ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.25rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
.kind{margin:0;color:var(--soft);font-size:.85rem;text-transform:uppercase;letter-spacing:.06em}
h1{margin:.1rem 0 1rem;font-size:1.9rem;line-height:1.2}
h2{margin:2.5rem 0 .5rem;font-size:1.35rem}
h3{margin:0;font-size:1.05rem}
h4{margin:0 0 .4rem;font-size:.85rem;color:var(--soft);font-weight:600}
dl{display:flex;flex-wrap:wrap;gap:.75rem 2.25rem;margin:0 0 1rem}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0;font-size:1.15rem}
.headline{font-weight:700}
.remark{margin:.5rem 0;padding:.5rem .8rem;border-left:4px solid var(--soft);background:var(--card)}
.warning{border-color:var(--warn)}
nav ul{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;padding:0;list-style:none}
.scroll{overflow-x:auto;margin:1rem 0 1.75rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding-bottom:.4rem}
th,td{padding:.35rem .8rem;border-bottom:1px solid var(--line);text-align:right;font-weight:400;white-space:nowrap}
td.words{text-align:left}
thead th{color:var(--soft);font-size:.85rem}
th[scope=row],thead th:first-child{text-align:left}
tbody th{font-weight:500}
article{margin:1rem 0;padding:1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
.facts{margin:.1rem 0 .8rem;color:var(--soft)}
.example{display:grid;grid-template-columns:minmax(7rem,11rem) minmax(0,1fr) auto;gap:1.25rem}
.ranked ol{display:grid;grid-template-columns:repeat(auto-fill,minmax(6.5rem,1fr));gap:.75rem;margin:0;padding:0;list-style:none}
.ranked p{margin:.25rem 0 0;font-size:.85rem}
.cosine{color:var(--soft);font-variant-numeric:tabular-nums}
img,.absent{display:block;max-width:100%;height:auto;max-height:12rem;border-radius:.25rem}
.absent{padding:1.5rem .5rem;text-align:center;border:1px dashed var(--line);color:var(--soft)}
.text{margin:.4rem 0 0}
.right img,.right .absent,.right>.text{outline:4px solid var(--right)}
.right p b{color:var(--right)}
.wrong p b{color:var(--wrong)}
.answer{max-width:9rem}
footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
@media (max-width:46rem){.example{grid-template-columns:1fr}.query img{max-height:10rem}.answer{max-width:none}h1{font-size:1.5rem}}
@media print{.skip,nav{display:none}article{break-inside:avoid}}
`;
