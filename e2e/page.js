// Finds what a person can see. Evaluated by the test driver, never part of a page; it keeps nothing between calls.
(() => {
  const line = (s) => (s || "").replace(/\s+/g, " ").trim();
  const fold = (s) => line((s || "").normalize("NFKC")); // full and half width name the same button
  const seen = (el) => {
    const box = el.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && el.checkVisibility({ visibilityProperty: true });
  };
  const words = (el) => fold(el.innerText || el.value || el.getAttribute("aria-label") || el.title);
  const pressable = "button, a[href], summary, label, input[type=submit], input[type=button], [role=button]";
  const typable = "input:not([type=hidden]):not([type=submit]), textarea, select";

  const best = (list, text) => {
    const want = fold(text);
    const shown = list.filter(seen);
    if (!want) return shown[0];
    return shown.find((el) => words(el) === want) || shown.find((el) => words(el).includes(want));
  };

  const field = (root, text) => {
    const want = fold(text);
    const named = (el) => [el.getAttribute("aria-label"), el.placeholder, el.name, el.id].map(fold);
    const labels = (el) => [...(el.labels || [])].map((l) => fold(l.innerText));
    const list = [...root.querySelectorAll(typable)].filter(seen);
    return list.find((el) => labels(el).includes(want) || named(el).includes(want)) ||
      list.find((el) => labels(el).some((l) => l.includes(want)));
  };

  return {
    text: () => line(document.body && document.body.innerText),
    textOf: (selector) => line((document.querySelector(selector) || {}).innerText),
    aim: (kind, text, within) => {
      const root = within ? document.querySelector(within) : document;
      if (!root) return { X: 0, Y: 0, Error: "nothing matches " + within };
      const el = kind === "field" ? field(root, text) : best([...root.querySelectorAll(pressable)], text);
      if (!el) return { X: 0, Y: 0, Error: "nothing to press or fill has these words; the page reads: " + fold(document.body && document.body.innerText).slice(0, 600) };
      if (el.disabled) return { X: 0, Y: 0, Error: "it is disabled" };
      el.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const box = el.getClientRects()[0];
      const x = box.left + box.width / 2, y = box.top + box.height / 2;
      const top = document.elementFromPoint(x, y);
      const hit = top && (el === top || el.contains(top) || top.contains(el) || (top.labels && [...top.labels].includes(el)));
      if (!hit) return { X: 0, Y: 0, Error: "something lies over it: " + (top ? top.outerHTML.slice(0, 120) : "outside the window") };
      return { X: x, Y: y, Error: "" };
    },
    select: () => {
      const el = document.activeElement;
      if (el && el.select) el.select();
      return true;
    },
    pick: (label, option) => {
      const el = field(document, label);
      if (!el || el.tagName !== "SELECT") return false;
      const want = fold(option);
      const found = [...el.options].find((o) => fold(o.text) === want) || [...el.options].find((o) => fold(o.text).includes(want));
      if (!found) return false;
      el.value = found.value;
      el.dispatchEvent(new Event("input", { bubbles: true }));
      el.dispatchEvent(new Event("change", { bubbles: true }));
      return true;
    },
    attach: (selector, name, type, content) => {
      const el = document.querySelector(selector);
      if (!el || el.type !== "file") return false;
      const files = new DataTransfer();
      files.items.add(new File([content], name, { type }));
      el.files = files.files;
      el.dispatchEvent(new Event("change", { bubbles: true }));
      return true;
    },
    overflow: () => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
    small: (pixels) => [...document.querySelectorAll("button, summary, input[type=submit], a.button, [role=button]")]
      .filter(seen)
      .filter((el) => { const b = el.getBoundingClientRect(); return b.width < pixels || b.height < pixels; })
      .map((el) => words(el) || el.outerHTML.slice(0, 80)),
  };
})()
