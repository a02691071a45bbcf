// irbot console. Everything works without this file; it adds live news, drafts,
// keys and clocks. It sends nothing but what a form on the page would send.
"use strict";
(() => {
  const root = document.documentElement;
  const texts = document.getElementById("texts").dataset;
  const clock = document.getElementById("clock");
  const conn = document.getElementById("conn");
  const stale = document.getElementById("stale");
  const news = document.getElementById("news");
  const incident = root.dataset.incident || "";
  let seq = Number(root.dataset.seq || 0);

  // --- time: always the server's, moved on by a clock that cannot be set
  let base = Number(clock.dataset.now);
  let mark = performance.now();
  const now = () => base + (performance.now() - mark);
  const two = (n) => String(n).padStart(2, "0");
  const offset = (() => { // minutes from UTC, read off the server's own writing
    const shown = /(\d{2}):(\d{2}):(\d{2})/.exec(clock.textContent);
    if (!shown) return 540;
    const utc = new Date(base);
    let d = (Number(shown[1]) * 60 + Number(shown[2])) - (utc.getUTCHours() * 60 + utc.getUTCMinutes());
    if (d < -720) d += 1440;
    if (d > 840) d -= 1440;
    return d;
  })();
  const clockOf = (ms, seconds) => {
    const t = new Date(ms + offset * 60000);
    return two(t.getUTCHours()) + ":" + two(t.getUTCMinutes()) + (seconds ? ":" + two(t.getUTCSeconds()) : "");
  };
  const length = (ms) => {
    const m = Math.floor(Math.abs(ms) / 60000), en = root.lang === "en";
    if (m < 1) return en ? "less than 1 min" : "1分未満";
    if (m < 60) return en ? m + " min" : m + "分";
    const h = Math.floor(m / 60), rest = m % 60;
    if (h < 24) return en ? h + " h" + (rest ? " " + rest + " min" : "") : h + "時間" + (rest ? rest + "分" : "");
    return en ? Math.floor(h / 24) + " d " + (h % 24) + " h" : Math.floor(h / 24) + "日" + (h % 24) + "時間";
  };
  const clockText = clock.textContent.replace(/\d{2}:\d{2}:\d{2}/, "TIME");
  const tick = () => {
    const t = now();
    clock.textContent = clockText.replace("TIME", clockOf(t, true));
    document.querySelectorAll("[data-due]").forEach((el) => {
      const left = Number(el.dataset.due) - t;
      const text = (left < 0 ? texts.over : texts.left).replace("LEFT", length(left));
      if (el.textContent !== text) el.textContent = text;
    });
    document.querySelectorAll("[data-until]").forEach((el) => {
      const left = Math.ceil((Number(el.dataset.until) - t) / 1000);
      if (left <= 0) { el.closest(".undo").hidden = true; return; }
      el.textContent = texts.undo.replace("LEFT", Math.floor(left / 60) + ":" + two(left % 60));
    });
    if (heard && performance.now() - heard > 12000) lost();
  };

  // --- live: a beat every five seconds; three missed beats are a cut line
  let heard = 0, last = base, cut = false;
  const alive = (ms) => {
    heard = performance.now();
    base = ms; mark = heard; last = ms;
    if (cut) { cut = false; stale.hidden = true; document.body.classList.remove("stale"); refresh(); }
    conn.textContent = texts.liveWord;
  };
  const lost = () => {
    if (cut) return;
    cut = true;
    stale.textContent = texts.stale.replace("TIME", clockOf(last, true));
    stale.hidden = false;
    document.body.classList.add("stale");
    conn.textContent = texts.off.replace("TIME", clockOf(last, true));
  };
  // A browser keeps six lines to one server, and a seventh window would wait for
  // ever: so one window listens and tells the others, and one that nobody looks
  // at listens to nothing. Of two that listen the one with the smaller number stays.
  if (document.querySelector("[data-live], [role=log], table.chrono, .steplist")) {
    const silence = 7000, number = Math.random();
    const others = "BroadcastChannel" in window ? new BroadcastChannel("irbot-live") : null;
    const tell = (what) => { if (others) others.postMessage(Object.assign({ number }, what)); };
    let es = null, fed = 0; // fed: when another window told something last
    const news = (ids) => { if (!incident || (ids[incident] && ids[incident] > seq)) refresh(); };
    const drop = () => { if (es) es.close(); es = null; };
    const leave = () => { if (es) { drop(); tell({ left: true }); } };
    const open = () => {
      if (es || document.hidden || (fed && performance.now() - fed < silence)) return;
      es = new EventSource("/events");
      es.addEventListener("beat", (e) => { const beat = Number(e.data); alive(beat); tell({ beat }); });
      es.addEventListener("changed", (e) => { const ids = JSON.parse(e.data); news(ids); tell({ ids }); });
      es.onerror = () => { if (es && es.readyState === 2) { drop(); lost(); setTimeout(open, 5000); } };
    };
    const soon = () => setTimeout(open, 200 + 500 * Math.random());
    if (others) others.onmessage = (e) => {
      const m = e.data;
      if (m.left) { fed = 0; soon(); return; }
      if (m.hello) { if (es && heard && !cut) tell({ beat: now() }); return; }
      if (es && m.number > number) return;
      drop();
      if (document.hidden) return;
      fed = performance.now();
      if (m.beat) alive(m.beat);
      if (m.ids) news(m.ids);
    };
    const begin = () => { heard = performance.now(); tell({ hello: true }); soon(); };
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) { heard = 0; leave(); } else { begin(); refresh(); }
    });
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", (e) => { if (e.persisted && !document.hidden) begin(); });
    setInterval(() => { if (fed && performance.now() - fed > silence) { fed = 0; soon(); } }, 1000);
    if (document.hidden) heard = 0; else begin();
  } else { // nothing here changes by itself; that the line is cut is said all the same
    const ask = async () => {
      if (document.hidden) return;
      try {
        const res = await fetch("/beat", { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(4500) });
        if (res.ok) alive(Number(await res.text()));
      } catch (e) { /* three missed answers are a cut line */ }
    };
    document.addEventListener("visibilitychange", () => { heard = document.hidden ? 0 : performance.now(); ask(); });
    heard = document.hidden ? 0 : performance.now();
    ask();
    setInterval(ask, 5000);
  }
  const skew = Date.now() - base;
  if (Math.abs(skew) > 120000) {
    const p = document.createElement("div");
    p.className = "banner";
    p.textContent = texts.skew.replace("MIN", Math.round(Math.abs(skew) / 60000));
    document.querySelector("header.top").after(p);
  }

  // --- news: quiet parts change in place, everything else waits behind a bar,
  // so that no button moves under a finger
  let waiting = null, fetching = false, again = false;
  const busy = (el) => el.contains(document.activeElement) || el.querySelector("details[open]:not(.fold)") || el.matches(":hover");
  const refresh = async () => {
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const res = await fetch(location.pathname + location.search, { headers: { "X-Refresh": "1" }, credentials: "same-origin" });
      if (!res.ok || res.redirected) { fetching = false; return; }
      const doc = new DOMParser().parseFromString(await res.text(), "text/html");
      show(doc);
    } catch (e) { /* the beat tells when the line is cut */ }
    fetching = false;
    if (again) { again = false; setTimeout(refresh, 300); }
  };
  const show = (doc) => {
    document.querySelectorAll("[data-live]").forEach((el) => {
      const next = doc.querySelector('[data-live="' + el.dataset.live + '"]');
      if (next && next.textContent !== el.textContent && !busy(el) && el.querySelectorAll("form").length === 0) {
        el.replaceChildren(...next.childNodes);
      }
    });
    const main = doc.getElementById("main");
    const fresh = [...doc.querySelectorAll(".loglist li, table.chrono tr[id]")].filter((el) => el.id && !document.getElementById(el.id)).length;
    const cards = (d) => [...d.querySelectorAll("#main [data-card], #main .steplist, #main .rungs")].map((e) => e.textContent.replace(/\d{2}:\d{2}|\d+分|\d+ min/g, "")).join("|");
    if (!main || (!fresh && cards(doc) === cards(document))) return;
    waiting = doc;
    news.querySelector("button").textContent = texts.news.replace("NUM", Math.max(1, fresh));
    news.hidden = false;
  };
  news.querySelector("button").addEventListener("click", () => {
    news.hidden = true;
    if (!waiting) return;
    const kept = new Map();
    document.querySelectorAll("#main textarea, #main input:not([type=hidden]):not([type=file])").forEach((el) => {
      if (el.id && el.value) kept.set(el.id, el.value);
    });
    document.getElementById("main").replaceWith(waiting.getElementById("main"));
    seq = Number(waiting.documentElement.dataset.seq || seq);
    kept.forEach((v, id) => { const el = document.getElementById(id); if (el) el.value = v; });
    waiting = null;
    ready();
  });

  // --- drafts: what is being written survives reload, disconnect and session end
  const store = (() => { try { localStorage.setItem("irbot", "1"); return localStorage; } catch (e) { return null; } })();
  const drafts = (el) => {
    if (!store || el.dataset.kept) return;
    el.dataset.kept = "1";
    const key = "draft:" + el.dataset.draft;
    const old = store.getItem(key);
    if (old && !el.value) el.value = old;
    el.addEventListener("input", () => { if (el.value) store.setItem(key, el.value); else store.removeItem(key); });
  };
  // What was sent is forgotten when the server says that it is recorded, on whatever page it says so. Only the form that this
  // tab sent last can be meant; the forms that send it again (a refusal, signing in) go to the same place.
  const tab = (() => { try { sessionStorage.setItem("irbot", "1"); return sessionStorage; } catch (e) { return null; } })();
  document.addEventListener("submit", (e) => {
    if (!tab || !store) return;
    const keys = [...document.querySelectorAll("[data-draft]")].filter((el) => el.form === e.target).map((el) => el.dataset.draft);
    e.target.querySelectorAll("[data-sent]").forEach((el) => keys.push(el.dataset.sent));
    const to = new URL(e.target.getAttribute("action") || "", location.href).pathname;
    const last = JSON.parse(tab.getItem("sent") || "{}");
    if (keys.length) tab.setItem("sent", JSON.stringify({ to, keys }));
    else if (to !== last.to && !to.startsWith("/signin")) tab.removeItem("sent");
  });
  const recorded = () => {
    if (!tab || !store || !tab.getItem("sent") || !document.querySelector(".flash.tone-done, .flash.tone-late")) return;
    for (const key of JSON.parse(tab.getItem("sent")).keys) store.removeItem("draft:" + key);
    tab.removeItem("sent");
  };
  recorded();

  // --- an export is made whole before its first byte leaves: tell how far it is
  document.addEventListener("submit", (e) => {
    const line = e.target.querySelector("[data-progress]");
    if (!line || (e.submitter && e.submitter.name === "preview")) return;
    const once = e.target.elements.once.value;
    let seen = false, looks = 0;
    const look = async () => {
      try {
        const res = await fetch(line.dataset.progress + "?once=" + encodeURIComponent(once), { credentials: "same-origin" });
        if (res.status === 200) {
          seen = true;
          line.textContent = line.dataset.busy.replace("NUM", await res.text());
          line.hidden = false;
          setTimeout(look, 500);
          return;
        }
      } catch (err) { /* the next look tells */ }
      if (seen) line.textContent = line.dataset.done;
      else if (++looks < 10) setTimeout(look, 500);
    };
    setTimeout(look, 300);
  });

  // --- sending: Ctrl or Command with Enter, never while a conversion is open
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey)) return;
    if (e.isComposing || e.keyCode === 229) return;
    const el = e.target;
    if (el.tagName !== "TEXTAREA" || !el.form) return;
    e.preventDefault();
    el.form.requestSubmit();
  });
  // A line of one input must not be sent by the Enter that ends a conversion.
  document.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.isComposing || e.keyCode === 229) && e.target.tagName === "INPUT") e.preventDefault();
  });

  // --- keys (UX 3.11); they can be switched off on the help page
  const keysOff = () => store && store.getItem("keys") === "off";
  let first = "", row = -1;
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const select = (n) => {
    const all = rows();
    if (!all.length) return;
    row = Math.min(Math.max(n, 0), all.length - 1);
    all.forEach((el, i) => el.classList.toggle("here", i === row));
    const link = all[row].querySelector("a.rowlink") || all[row].querySelector("a");
    if (link) link.focus();
    all[row].scrollIntoView({ block: "nearest" });
  };
  const press = (act) => {
    const from = row >= 0 ? rows()[row] : document.querySelector("[data-card]");
    const el = (from && from.querySelector('[data-act="' + act + '"]')) || document.querySelector('[data-act="' + act + '"]');
    if (!el) return false;
    if (el.tagName === "SUMMARY") {
      el.parentElement.open = true;
      const field = el.parentElement.querySelector("textarea, input:not([type=hidden])");
      if (field) field.focus();
    } else { el.click(); }
    return true;
  };
  document.addEventListener("keydown", (e) => {
    if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.metaKey || e.altKey) return;
    const at = e.target instanceof Element ? e.target : document.body;
    const inField = at.closest("input, textarea, select, [contenteditable]");
    if (e.key === "Escape") {
      if (inField) { inField.blur(); return; }
      const open = at.closest("details[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
      return;
    }
    if (inField || keysOff()) return;
    const go = { b: "/", c: incident ? "/i/" + incident + "/chrono" : "/go/chrono", r: "/runbooks" };
    if (first === "g" && go[e.key]) { first = ""; e.preventDefault(); location.href = go[e.key]; return; }
    first = "";
    const does = {
      "?": () => { location.href = "/help"; }, g: () => { first = "g"; },
      j: () => select(row + 1), k: () => select(row - 1),
      n: () => { const el = document.getElementById("line"); if (el) el.focus(); },
      "/": () => { const el = document.getElementById("filter"); if (el) el.focus(); },
      t: () => press("step.take"), d: () => press("step.done"), x: () => press("step.block"), u: () => press("entry.undo"),
      p: () => { if (incident) location.href = "/i/" + incident + "/print"; },
    }[e.key];
    if (does) { e.preventDefault(); does(); }
  });

  // --- links that lead to a fold or a folded part open it
  const unfold = () => {
    const el = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (el && el.closest("details")) el.closest("details").open = true;
  };
  // On a narrow screen the long part of a card starts folded.
  const narrow = () => {
    if (window.matchMedia("(max-width: 46rem)").matches && document.querySelectorAll(".card .fold").length > 1) {
      document.querySelectorAll(".card[data-card] > .in > .fold").forEach((el) => { el.open = false; });
    }
  };
  const ready = () => { document.querySelectorAll("[data-draft]").forEach(drafts); tick(); };
  narrow();
  unfold();
  window.addEventListener("hashchange", unfold);
  ready();
  setInterval(tick, 1000);
})();
