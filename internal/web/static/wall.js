"use strict";
// The wall fetches itself anew and says so when it cannot: what is shown is
// never silently old.
(() => {
  const wall = document.getElementById("wall"), stale = document.getElementById("stale");
  let last = Date.now(), turns = 0, server = 0, seen = 0;
  const read = () => {
    const t = wall.querySelector("time[data-now]");
    server = Number(t.dataset.now); seen = Date.now(); t.dataset.text = t.textContent;
  };
  const two = n => String(n).padStart(2, "0");
  const tick = () => {
    const t = wall.querySelector("time[data-now]");
    const shift = /(\d\d):(\d\d):(\d\d)/.exec(t.dataset.text);
    if (shift) {
      let s = Number(shift[1]) * 3600 + Number(shift[2]) * 60 + Number(shift[3]) + Math.floor((Date.now() - seen) / 1000);
      s %= 86400;
      t.textContent = t.dataset.text.replace(shift[0], two(Math.floor(s / 3600)) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60));
    }
    const old = Date.now() - last > 15000;
    stale.hidden = !old;
    document.body.classList.toggle("stale", old);
    if (old) {
      const at = shift ? shift[0] : "";
      stale.textContent = document.body.dataset.stale.replace("TIME", at);
      document.getElementById("link").textContent = document.body.dataset.off.replace("TIME", at);
    }
  };
  const load = async () => {
    try {
      const res = await fetch(location.href, { headers: { "X-Refresh": "1" }, cache: "no-store", signal: AbortSignal.timeout(8000) });
      const page = new DOMParser().parseFromString(await res.text(), "text/html");
      const next = page.getElementById("wall");
      if (!res.ok || !next) return;
      wall.replaceChildren(...next.childNodes);
      last = Date.now();
      read();
      turns++;
      wall.className = ["", "shift1", "shift2"][Math.floor(turns / 12) % 3];
    } catch { /* the band says it */ }
  };
  read();
  setInterval(tick, 1000);
  setInterval(load, 5000);
})();
