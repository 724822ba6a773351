/**
 * What the page does where JavaScript runs; everything works without it. It counts down by the server's clock, keeps the page when the network fails
 * while sending (a browser would show its own error page instead of the alert), and looks again when the officer comes back to the page.
 */
export const SCRIPT = `
(function(){
var opened=Date.now();
function two(n){return n<10?'0'+n:n}
function tick(){
var c=document.querySelector('[data-by]');if(!c)return;
var skew=opened-Number(c.dataset.now),s=Math.floor((Number(c.dataset.by)+skew-Date.now())/1000),late=s<0;
if(late)s=-s;
c.firstElementChild.textContent=(late?c.dataset.late:c.dataset.left);
c.children[1].textContent=(s>=3600?Math.floor(s/3600)+':'+two(Math.floor(s%3600/60)):Math.floor(s/60))+':'+two(s%60);
}
setInterval(tick,1000);
function show(text,url){
document.body.replaceWith(new DOMParser().parseFromString(text,'text/html').body);
if(url)history.replaceState(null,'',url);
opened=Date.now();scrollTo(0,0);
}
document.addEventListener('submit',function(e){
var f=e.target,b=f.querySelector('button'),t=b.textContent;
e.preventDefault();b.disabled=true;b.textContent=b.dataset.busy;
fetch(f.action,{method:'POST',body:new URLSearchParams(new FormData(f)),signal:AbortSignal.timeout?AbortSignal.timeout(15000):undefined}).then(function(r){
return r.text().then(function(x){if((r.headers.get('content-type')||'').indexOf('text/html')!==0)throw r;show(x,r.redirected?r.url:'')});
}).catch(function(){
b.disabled=false;b.textContent=t;
var p=f.querySelector('[role=alert]');p.hidden=false;p.scrollIntoView({block:'nearest'});
});
});
document.addEventListener('visibilitychange',function(){
var a=document.activeElement;
if(!document.hidden&&Date.now()-opened>20000&&!(a&&/INPUT|SELECT/.test(a.tagName)))location.reload();
});
})();
`.trim();
