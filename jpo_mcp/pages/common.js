"use strict";
// What both pages do: words in the languages asked for, text that stays text, and the talk with a host.

const LANG = document.documentElement.dataset.lang;
const SVG = "http://www.w3.org/2000/svg";
const DAY = 86400000;

// ── text: whatever came from elsewhere becomes a text node, never markup ──

/** The text without what a screen would obey instead of showing. */
function plain(value) {
  return String(value).replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (c) => (c === "\n" || c === "\t" ? c : "\ufffd"));
}

function node(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) if (value != null) made.setAttribute(name, value);
  for (const child of children.flat(9)) {
    if (child == null || child === false || child === "") continue;
    made.append(child instanceof Node ? child : plain(child));
  }
  return made;
}

function el(tag, attributes = {}, ...children) {
  return node(document.createElement(tag), attributes, children);
}

function shape(tag, attributes = {}, ...children) {
  return node(document.createElementNS(SVG, tag), attributes, children);
}

// ── words ──

/** A name of ours, `[Japanese, English]`, in the languages asked for. */
function say([ja, en]) {
  const parts = [];
  if (LANG !== "en") parts.push(el("span", { lang: "ja" }, ja));
  if (LANG === "both") parts.push(" ");
  if (LANG !== "ja") parts.push(el("span", { lang: "en", class: LANG === "both" ? "en" : null }, en));
  return parts;
}

/** The same without markup, for a label that is only heard or hovered. */
function sayPlain([ja, en]) {
  return LANG === "ja" ? ja : LANG === "en" ? en : `${ja} ${en}`;
}

/** The same in one language, for a label in a drawing. */
function brief([ja, en]) {
  return LANG === "en" ? en : ja;
}

/** A statement of the answer's: where it is in both languages (`日本語 / English`), one under the other. */
function statement(text) {
  const cut = text.indexOf(" / ");
  const isBoth =
    cut > 0 && /[\u3040-\u30ff\u4e00-\u9fff]/.test(text.slice(0, cut)) && /^[A-Za-z0-9]/.test(text.slice(cut + 3));
  if (!isBoth) return text;
  return el(
    "span",
    { class: "pair" },
    el("span", { lang: "ja" }, text.slice(0, cut)),
    " ",
    el("span", { lang: "en", class: "en" }, text.slice(cut + 3)),
  );
}

/** Japanese and English of one thing, whichever are there. */
function named(ja, en, otherwise) {
  const words = LANG === "ja" ? [ja || en] : LANG === "en" ? [en || ja] : [ja, en];
  const there = [...new Set(words.filter(Boolean))];
  return there.length ? there : [otherwise];
}

const W = {
  // without a prototype: what is looked up may be a word of somebody else's
  __proto__: null,
  waiting: ["回答を待っています", "Waiting for the answer"],
  cancelled: ["呼び出しが取り消されました", "The call was cancelled"],
  unread: [
    "この回答は表示できません。本文の回答をご覧ください",
    "This answer cannot be drawn; the text of the answer has it all",
  ],
  alone: ["このページは回答を受け取ると表示されます", "This page draws an answer when a host delivers one"],
  number: ["番号", "number"],
  numbers: ["番号", "numbers"],
  people: ["当事者", "parties"],
  dates: ["日付", "dates"],
  notes: ["備考", "notes"],
  unread_fields: ["未解釈項目", "unread fields"],
  unavailable: ["取得不可", "not available"],
  more: ["その他の項目", "More of the answer"],
  interpreted_as: ["解釈", "read as"],
  other_readings: ["他の解釈", "or else"],
  resolved_from: ["照会元", "found by"],
  sections_as_of: ["項目の時点", "as of, by section"],
  none: ["なし", "none"],
  jpo: ["特許庁から取得", "from the JPO"],
  kept: ["保存済みの回答", "kept answer"],
  stale: ["保存済みの古い回答", "kept answer, out of date"],
  cost: ["消費アクセス", "accesses spent"],
  left: ["本日の残り", "left today"],
  professional: [
    "法的助言ではありません。重要な日付は専門家が確認してください。",
    "Not legal advice; a professional should verify dates that matter.",
  ],
};

// ── parts of a page ──

function facts(rows) {
  const there = rows.filter(([, values]) => values != null && values.length !== 0);
  if (!there.length) return null;
  return el(
    "dl",
    { class: "facts" },
    there.map(([name, values]) => [
      el("dt", {}, Array.isArray(name) ? say(name) : name),
      el(
        "dd",
        {},
        Array.isArray(values) && values.length > 1
          ? el(
              "ul",
              {},
              values.map((value) => el("li", {}, value)),
            )
          : values,
      ),
    ]),
  );
}

/** What a view has no place for, by the answer's own names: nothing of an answer is left unsaid. */
function rest(value, names) {
  if (Array.isArray(value))
    return value.length
      ? el(
          "ul",
          {},
          value.map((one) => el("li", {}, rest(one, names))),
        )
      : el("span", { class: "quiet" }, say(W.none));
  if (value !== null && typeof value === "object")
    return facts(Object.entries(value).map(([key, one]) => [names[key] || key, [rest(one, names)]]));
  return typeof value === "string" ? statement(value) : String(value);
}

function numberText(number) {
  return number.human || number.docdb || number.api || number.kind || "?";
}

function howRead(record) {
  return [
    [W.interpreted_as, record.interpreted_as ? [statement(record.interpreted_as)] : null],
    [W.resolved_from, record.resolved_from ? [numberText(record.resolved_from)] : null],
    [W.other_readings, record.interpreted_as ? null : (record.other_readings || []).map(numberText)],
  ];
}

function footer(record) {
  const left = Object.entries(record.remaining_today || {})
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
  return el(
    "footer",
    {},
    el(
      "p",
      {},
      say(W[record.source] || ["", record.source || ""]),
      "  ",
      record.as_of || "",
      record.cost == null ? "" : ["  ", say(W.cost), ` ${record.cost}`],
      left ? ["  ", say(W.left), `: ${left}`] : "",
    ),
    record.stale_because ? el("p", {}, statement(record.stale_because)) : null,
    el("p", {}, say(W.professional)),
  );
}

function section(name, ...parts) {
  const there = parts.flat(9).filter(Boolean);
  return there.length ? el("section", {}, el("h2", {}, say(name)), there) : null;
}

/** What every page has a place for: its head, its foot, and `next`, which is for whoever asks. */
const SHOWN_BY_ALL = new Set([
  "number",
  "interpreted_as",
  "other_readings",
  "resolved_from",
  "source",
  "as_of",
  "stale_because",
  "cost",
  "remaining_today",
  "next",
]);

/** The fields of an answer that neither this page, by `shown`, nor every page has a place for. */
function more(record, shown) {
  const further = Object.entries(record).filter(([name]) => !SHOWN_BY_ALL.has(name) && !shown.has(name));
  return section(W.more, rest(Object.fromEntries(further), W));
}

/** Goes to a row of the page. Not a fragment: in a frame without an address of its own that would leave the page. */
function goTo(id) {
  const target = document.getElementById(id);
  if (!target) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

function jump(id, ...children) {
  const link = el("a", { href: `#${id}` }, children);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(id);
  });
  return link;
}

// ── dates and drawing ──

/** Days since 1970 of an ISO date; null for anything else. */
function dayOf(text) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(text || "");
  if (!parts) return null;
  const at = new Date(`${parts[0]}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? null : at.getTime() / DAY;
}

function isoOf(day) {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
function yearStart(year) {
  return Date.UTC(year, 0, 1) / DAY;
}
function yearOf(day) {
  return new Date(day * DAY).getUTCFullYear();
}

/** First days of years, or of quarters in a short time, with room for a label each. */
function ticks(from, to, x) {
  const made = [];
  const perYear = x(from + 365) - x(from);
  if (perYear > 260) {
    for (let year = yearOf(from); year <= yearOf(to); year += 1) {
      for (let month = 0; month < 12; month += 3) {
        made.push([
          Date.UTC(year, month, 1) / DAY,
          month ? `${year}-${String(month + 1).padStart(2, "0")}` : String(year),
        ]);
      }
    }
  } else {
    const step = [1, 2, 5, 10, 25, 50, 100].find((years) => years * perYear >= 38) || 200;
    for (let year = Math.ceil(yearOf(from) / step) * step; year <= yearOf(to); year += step)
      made.push([yearStart(year), String(year)]);
  }
  return made.filter(([day]) => day >= from && day <= to);
}

/** The width of a label in pixels, near enough. */
function widthOf(text, size) {
  let width = 0;
  for (const c of text) width += c.codePointAt(0) > 0x2e7f ? size : size * 0.58;
  return width;
}

function cut(text, width, size) {
  const whole = plain(text);
  if (widthOf(whole, size) <= width) return whole;
  let kept = "",
    used = size;
  for (const c of whole) {
    used += c.codePointAt(0) > 0x2e7f ? size : size * 0.58;
    if (used > width) break;
    kept += c;
  }
  return `${kept}…`;
}

const MARKS = {
  applicant: (x, y, r) => shape("circle", { class: "applicant", cx: x, cy: y, r }),
  office: (x, y, r) => shape("rect", { class: "office", x: x - r, y: y - r, width: 2 * r, height: 2 * r }),
  others: (x, y, r) =>
    shape("path", { d: `M${x} ${y - r * 1.2}L${x + r * 1.2} ${y + r}H${x - r * 1.2}Z`, class: "others" }),
  ahead: (x, y, r) =>
    shape("path", {
      d: `M${x} ${y - r * 1.3}L${x + r * 1.3} ${y}L${x} ${y + r * 1.3}L${x - r * 1.3} ${y}Z`,
      class: "ahead",
    }),
};

/** The same marks in running text: a drawing in each of hundreds of rows would take its time. */
const SIGNS = { applicant: "●", office: "■", others: "▲", ahead: "◇" };

function sign(kind) {
  return el("span", { class: `sign ${kind}`, "aria-hidden": "true" }, SIGNS[kind]);
}

function keyMark(kind, ...words) {
  return el("li", {}, sign(kind), " ", words);
}

/** Marks that are one stop of the Tab key: arrow keys go from one to the next, Enter to its row. */
function roving(marks, readout) {
  marks.forEach((mark, place) => {
    mark.setAttribute("tabindex", place ? "-1" : "0");
    const tell = () => readout.replaceChildren(mark.getAttribute("aria-label"));
    mark.addEventListener("focus", tell);
    mark.addEventListener("pointerenter", tell);
    mark.addEventListener("click", () => goTo(mark.dataset.row));
    mark.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[
        event.key
      ];
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        goTo(mark.dataset.row);
      }
      if (!step) return;
      event.preventDefault();
      const next = marks[Math.min(marks.length - 1, Math.max(0, place + step))];
      mark.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  });
}

/** Draws a chart again whenever its room gets wider or narrower. */
function chart(draw) {
  const figure = el("figure");
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.round(figure.clientWidth);
    if (!width || Math.abs(width - drawn) < 4) return;
    drawn = width;
    figure.replaceChildren(...draw(width).filter(Boolean));
  }).observe(figure);
  return figure;
}

// ── the host ──

const pending = new Map();
let lastId = 0;

function post(message) {
  window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
}

function request(method, params) {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    pending.set(id, { resolve, reject });
    post({ id, method, params });
  });
}

function isHosted() {
  return window.parent !== window && !document.getElementById("record");
}

function dress(context) {
  if (context && (context.theme === "light" || context.theme === "dark"))
    document.documentElement.dataset.theme = context.theme;
}

function answered(message) {
  const waiting = pending.get(message.id);
  pending.delete(message.id);
  if (!waiting) return;
  if (message.error) waiting.reject(new Error("refused by the host"));
  else waiting.resolve(message.result || {});
}

function recordOf(result) {
  if (result.structuredContent && typeof result.structuredContent === "object") return result.structuredContent;
  const block = (result.content || []).find((one) => one && one.type === "text");
  return block ? JSON.parse(block.text) : null;
}

/** Shows the page: from the record in it, or from what the host delivers. */
function start(name, draw) {
  const view = document.getElementById("view");
  const tell = (words) => view.replaceChildren(el("p", { class: "message", role: "status" }, words));
  const show = (read) => {
    try {
      view.replaceChildren(...draw(read()).flat(9).filter(Boolean));
    } catch {
      tell(say(W.unread));
    }
  };
  const inside = document.getElementById("record");
  if (inside) return show(() => JSON.parse(inside.textContent));
  if (!isHosted()) return tell(say(W.alone));
  tell([say(W.waiting), " …"]);
  const told = {
    __proto__: null,
    "ui/notifications/tool-result": (result) => {
      const failed = result.isError && (result.content || []).map((block) => (block && block.text) || "").join("\n");
      if (failed) tell(failed);
      else show(() => recordOf(result));
    },
    "ui/notifications/tool-cancelled": () => tell(say(W.cancelled)),
    "ui/notifications/host-context-changed": dress,
  };
  window.addEventListener("message", (event) => {
    const message = event.data;
    if (event.source !== window.parent || !message || message.jsonrpc !== "2.0") return;
    if (!message.method) return answered(message);
    if (told[message.method]) told[message.method](message.params || {});
    else if (message.id != null)
      post({
        id: message.id,
        ...(["ping", "ui/resource-teardown"].includes(message.method)
          ? { result: {} }
          : { error: { code: -32601, message: "not offered by this view" } }),
      });
  });
  let height = 0;
  new ResizeObserver(() => {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now === height) return;
    height = now;
    post({ method: "ui/notifications/size-changed", params: { width: Math.ceil(document.body.clientWidth), height } });
  }).observe(document.body);
  request("ui/initialize", {
    protocolVersion: "2026-01-26",
    appInfo: { name, version: "1" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  })
    .then((result) => {
      dress(result.hostContext);
      post({ method: "ui/notifications/initialized", params: {} });
    })
    .catch(() => {});
}
