/** The style of the page: system fonts, two palettes of at least 4.5 to 1 for texts, nothing that moves. */
export const pageStyle: string = `
:root{--back:#fcfcfa;--card:#fff;--ink:#191c20;--soft:#59616c;--line:#e3e4e0;--pale:#c9d0d8;--accent:#1d5fb8;--bar:#6a97cf;--paper-numbers:#978f7b;--good:#1a7340;--bad:#b23a24;--relation-d:#0b6bb0;--relation-i:#b2500b;--relation-t:#0e7a5c;
--serif:Charter,"Bitstream Charter","Sitka Text",Cambria,"Noto Serif","Liberation Serif",serif;--sans:system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;--mono:ui-monospace,"SF Mono",Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--back:#14161a;--card:#1b1e23;--ink:#e9eaec;--soft:#a4acb8;--line:#31353c;--pale:#47505c;--accent:#7fb2f5;--bar:#41699c;--paper-numbers:#6d695d;--good:#5fce8a;--bad:#f58f78;--relation-d:#6bb6f2;--relation-i:#f0a25c;--relation-t:#55c9a3}}
*{box-sizing:border-box}
html{scroll-behavior:auto;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:70rem;padding:clamp(1rem,4vw,3rem);background:var(--back);color:var(--ink);font:1rem/1.55 var(--sans);overflow-wrap:break-word}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
h1,h2,.claim{font-family:var(--serif)}
h1{margin:.2rem 0 1rem;font-size:clamp(2rem,6vw,3.1rem);line-height:1.1;font-weight:600;letter-spacing:-.015em;text-wrap:balance}
h2{margin:0 0 .8rem;font-size:1.75rem;line-height:1.2;font-weight:600;letter-spacing:-.01em}
h3{margin:0 0 .3rem;font-size:1.12rem;line-height:1.3;font-weight:650}
h4{margin:0 0 .4rem;font-size:.82rem;font-weight:600;color:var(--soft)}
p{margin:0 0 .8rem}
ul,ol{margin:0;padding:0;list-style:none}
main>section{padding-top:2.2rem;margin-top:2.6rem;border-top:1px solid var(--line)}
.kind{margin:0;color:var(--soft);font-size:.85rem;letter-spacing:.04em}
.claim{max-width:46rem;margin-bottom:1.6rem;font-size:clamp(1.15rem,3vw,1.4rem);line-height:1.45;text-wrap:pretty}
.intro,.question,.answer,.finding,.description{max-width:44rem}
.intro{color:var(--soft)}
.headline{display:flex;flex-wrap:wrap;gap:1.2rem 3rem;margin:0 0 1.8rem}
.headline li{flex:0 1 17rem;border-top:3px solid var(--accent);padding-top:.6rem}
.headline p{margin:0}
.label,.interval,.against{font-size:.88rem;line-height:1.45}
.interval,.against span,.note{color:var(--soft)}
.number{font-size:2.9rem;line-height:1.2;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.unit{font-size:1.4rem;font-weight:400;color:var(--soft)}
.note{font-size:.85em;font-weight:400}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.3rem}
nav a{display:inline-block;padding:.25rem 0;font-size:.95rem}
.group{margin:2.4rem 0 0}
.question{margin-bottom:.2rem}
.answer{font-weight:600}
.beside{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(19rem,100%),1fr));gap:1.6rem 2.4rem;margin:1.2rem 0}
.beside>figure{max-width:29rem}
figure{margin:0;min-width:0}
figcaption{margin-top:.3rem;font-size:.85rem;line-height:1.45;color:var(--soft)}
figcaption strong,figcaption b{color:var(--ink);font-weight:600}
.plot{display:block;width:100%;height:auto;font:12px var(--sans);fill:currentColor;font-variant-numeric:tabular-nums;overflow:visible}
.plot text,.plot tspan{white-space:pre}
.scroll{overflow-x:auto;margin:1.2rem 0}
table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-size:.85rem;color:var(--soft);padding-bottom:.3rem}
caption span{display:inline-block;position:sticky;left:0;max-width:calc(100vw - 2rem)}
th,td{padding:.34rem .9rem .34rem 0;border-bottom:1px solid var(--line);text-align:right;font-weight:400;white-space:nowrap;vertical-align:baseline}
th:last-child,td:last-child{padding-right:0}
thead th{font-size:.82rem;color:var(--soft);border-color:var(--pale)}
tbody th,thead th:first-child,.words{text-align:left}
tbody th{font-weight:500}
th .note{display:block;min-width:12rem;max-width:26rem;line-height:1.35;white-space:normal}
td.words{white-space:normal}
.cards,.checks{display:grid;gap:1rem}
.cards>li,.triplet{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1.1rem 1.2rem}
.versus{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr));gap:.8rem 2rem;margin:0}
dt{font-size:.82rem;color:var(--soft)}
dd{margin:0}
.checks>li{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:.1rem 1rem;padding-top:.9rem}
.checks>li+li{border-top:1px solid var(--line)}
.checks h3,.finding,.checks .scroll{grid-column:2}
.checks h3{grid-row:1}
.verdict{grid-column:1;grid-row:1;margin:0;font-size:.9rem;line-height:1.6;font-weight:600;color:var(--soft)}
.passed .verdict{color:var(--good)}
.failed .verdict{color:var(--bad)}
.finding{margin:0}
.checks .scroll{margin:.7rem 0 .4rem}
.triplet{display:grid;grid-template-columns:minmax(7rem,11rem) minmax(0,1fr) minmax(7rem,11rem);grid-template-areas:"head head head" "query words target" "query said target" "query negatives target";grid-template-rows:auto auto auto 1fr;gap:.7rem 1.4rem;margin:1.1rem 0}
.triplet h3{grid-area:head;margin:0}
.evidence{grid-area:head;justify-self:end;display:flex;flex-wrap:wrap;justify-content:end;gap:.2rem .8rem;padding-left:7rem;font-size:.82rem;color:var(--soft);font-variant-numeric:tabular-nums}
.evidence b{display:inline-block;min-width:1.5em;padding:0 .35em;border-radius:.25rem;text-align:center;background:var(--soft);color:var(--card)}
.relation-D b{background:var(--relation-d)}
.relation-I b{background:var(--relation-i)}
.relation-T b{background:var(--relation-t)}
.query{grid-area:query}
.target{grid-area:target}
.instructions{grid-area:words;display:grid;gap:.45rem;align-content:start;font-family:var(--serif);font-size:1.08rem;line-height:1.4}
.instructions li{padding-left:.8rem;border-left:2px solid var(--pale)}
.description{grid-area:said;margin:0;font-size:.85rem;color:var(--soft)}
.negatives{grid-area:negatives}
.negatives ul{display:flex;flex-wrap:wrap;gap:.5rem}
.negatives img{width:4.6rem;height:4.6rem;object-fit:cover}
img{display:block;max-width:100%;height:auto;border-radius:.3rem;background:var(--line)}
.query img,.target img{width:100%;max-height:15rem;object-fit:contain}
.triplet figcaption{overflow-wrap:anywhere}
.flow>li{position:relative;display:grid;grid-template-columns:15rem 10rem minmax(0,1fr);gap:.1rem 1.6rem;padding:0 0 1.3rem 1.5rem;border-left:2px solid var(--pale);margin-left:.4rem}
.flow>li:last-child{border-color:transparent}
.flow>li::before{content:"";position:absolute;left:-.45rem;top:.35rem;width:.8rem;height:.8rem;border-radius:50%;background:var(--accent);border:2px solid var(--back)}
.flow h3{margin:0}
.flow p{margin:0}
.stage{grid-column:1;grid-row:1/3}
.what{font-size:.9rem;color:var(--soft)}
.in,.out{grid-row:1;font-variant-numeric:tabular-nums}
.in{grid-column:2}
.out{grid-column:3;display:flex;flex-wrap:wrap;align-content:start;gap:0 1.3rem}
.rejects{grid-column:2/4;grid-row:2;font-size:.88rem;color:var(--soft)}
.rejects b{color:var(--bad);font-weight:600}
.rejects li{overflow-wrap:anywhere}
.flow+h3{margin-top:1.6rem}
summary{cursor:pointer;color:var(--accent)}
.facts{display:grid;gap:.9rem;margin:0 0 1.8rem}
.facts>div{display:grid;grid-template-columns:7rem minmax(0,1fr);gap:0 1rem}
.facts dt{line-height:1.9}
.facts ul{display:flex;flex-wrap:wrap;gap:.1rem 1.5rem}
.facts li{overflow-wrap:anywhere}
code,pre{font-family:var(--mono);font-size:.88rem}
code{overflow-wrap:anywhere}
pre{margin:.4rem 0 0;padding:.9rem 1.1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;overflow-x:auto}
pre code{overflow-wrap:normal}
footer{margin-top:3.5rem;color:var(--soft);font-size:.85rem}
@media (max-width:44rem){
.headline li{flex-basis:100%}
.number{font-size:2.5rem}
.triplet{grid-template-columns:1fr 1fr;grid-template-areas:"head head" "evidence evidence" "query target" "words words" "said said" "negatives negatives";grid-template-rows:none;padding:1rem;gap:.7rem}
.evidence{grid-area:evidence;justify-self:start;justify-content:start;padding:0}
.flow>li{grid-template-columns:minmax(0,1fr);padding-left:1.2rem}
.stage,.in,.out,.rejects{grid-column:1;grid-row:auto}
.checks>li,.facts>div{grid-template-columns:minmax(0,1fr)}
.checks h3,.finding,.checks .scroll,.verdict{grid-column:1;grid-row:auto}
.facts dt{line-height:1.5}
}
@media print{.skip,nav{display:none}body{max-width:none;padding:0}.triplet,figure,.checks>li{break-inside:avoid}}
`;
