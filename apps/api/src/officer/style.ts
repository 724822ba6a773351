/** The page's whole style: one hand, at night, on a small phone. Colours keep WCAG AA against their ground in both schemes. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--card:#f1f4f8;--ink:#12161c;--soft:#4b5665;--line:#cfd6df;--link:#0b4fb3;--go:#0a6b2f;--warn:#7a3b00;--warnbg:#fff1d6}
@media(prefers-color-scheme:dark){:root{--bg:#0c1016;--card:#171d26;--ink:#f3f6fa;--soft:#aab6c5;--line:#313b49;--link:#8dbbff;--go:#0f7a38;--warn:#ffd79a;--warnbg:#3a2a0c}}
*{box-sizing:border-box;margin:0}
body{background:var(--bg);color:var(--ink);font:1.0625rem/1.4 system-ui,-apple-system,Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:36rem;margin:0 auto;padding:0 .9rem}
[lang=en]{color:var(--soft);font-size:.8125rem}
.level{padding:.65rem .9rem;color:#fff;display:flex;justify-content:space-between;align-items:center;gap:.75rem}
.level b{font-size:1.35rem;letter-spacing:.02em}
.level [lang=en]{color:inherit;display:block}
.critical{background:#b0001e}.high{background:#b54708}.moderate{background:#f2c200;color:#161200}.low{background:#2b6b34}
.left{text-align:right;line-height:1.15}.left b{font-size:1.6rem;font-variant-numeric:tabular-nums;display:block}
.unreal{position:sticky;top:0;z-index:2;padding:.5rem;background:repeating-linear-gradient(-45deg,#ffd400 0 14px,#12161c 14px 28px)}
.unreal p{background:#12161c;color:#fff;padding:.5rem .75rem;text-align:center}
.unreal b{font-size:1.6rem;letter-spacing:.06em;color:#ffd400;display:block;line-height:1.2}
.unreal [lang=en]{color:#e3e8ef}
h1{font-size:1.75rem;line-height:1.2;margin:.8rem 0 0}
.danger{margin:.4rem 0 0;display:flex;gap:.35rem;flex-wrap:wrap}.place{font-size:1.2rem;margin:.4rem 0 0}
.state{display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap;margin:.6rem 0 .2rem;padding:.6rem .8rem;border-left:6px solid var(--line);background:var(--card)}
.state b{font-size:1.15rem}.waiting{border-color:#b0001e}.taken{border-color:#1f9d55}
.notice{margin:.8rem 0;padding:.7rem .8rem;background:var(--warnbg);color:var(--warn);border:2px solid currentColor;border-radius:.5rem}
.notice b{display:block;font-size:1.1rem}.notice [lang=en]{color:inherit}.notice ul{padding-left:1.1rem}
dl{margin:.8rem 0}
dt{color:var(--soft);font-size:.875rem;margin-top:.7rem}
dd{margin:0;font-size:1.125rem}
strong{background:#b0001e;color:#fff;padding:.15em .45em;border-radius:.25em;font-size:1rem}
.said{white-space:pre-wrap;border-left:4px solid var(--line);padding-left:.7rem}
ul.why{padding-left:1.1rem}ul.why li{margin:.25rem 0}
table.why{width:100%;border-collapse:collapse}table.why td{padding:.3rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
table.why td+td{text-align:right;white-space:nowrap;padding-left:.7rem;line-height:1.2}
a{color:var(--link)}
.call{display:flex;gap:.6rem;margin:1rem 0;flex-wrap:wrap}
.call a{flex:1 1 7rem;min-height:3.25rem;display:flex;align-items:center;justify-content:center;text-align:center;border:2px solid var(--link);border-radius:.6rem;text-decoration:none;font-weight:600;padding:.3rem .5rem}
details{margin:.9rem 0}summary{min-height:2.75rem;display:flex;align-items:center;cursor:pointer;color:var(--link);gap:.4rem;flex-wrap:wrap}
summary::before{content:'▸'}details[open]>summary::before{content:'▾'}
label{display:block;margin:.6rem 0 .25rem}
input,select{width:100%;min-height:3.1rem;font:inherit;font-size:1.125rem;padding:.4rem .7rem;border:2px solid var(--soft);border-radius:.6rem;background:var(--bg);color:var(--ink)}
button{width:100%;min-height:4.25rem;margin-top:.6rem;border:0;border-radius:.75rem;background:var(--go);color:#fff;font:inherit;font-size:1.6rem;font-weight:700}
button.small{min-height:3.5rem;font-size:1.2rem;background:var(--ink);color:var(--bg)}
button[disabled]{opacity:.6}
::placeholder{color:var(--soft);opacity:1}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.act{position:sticky;bottom:0;background:var(--bg);border-top:1px solid var(--line);margin:0 -.9rem;padding:.5rem .9rem calc(.7rem + env(safe-area-inset-bottom))}
.act details{margin:0}.act label{margin-top:0}
footer{color:var(--soft);font-size:.8125rem;padding:1.2rem 0 1.5rem}
`.trim();
