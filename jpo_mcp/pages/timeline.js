// The prosecution of one case, from an answer of jpo_get_case.

Object.assign(W, {
  page: ["経過", "prosecution timeline"],
  status: ["ステータス", "Status"],
  confidence: ["確度", "confidence"],
  high: ["高", "high"],
  medium: ["中", "medium"],
  low: ["低", "low"],
  read_from: ["根拠", "read from"],
  unverified: ["未確認", "unverified"],
  see_below: ["未確認事項は下記", "unverified: see below"],
  for_all: ["全期限に共通の未確認事項", "unverified, for every deadline"],
  deadlines: ["期限（計算値、要確認）", "Deadlines (computed: verify before use)"],
  no_date: ["期日は計算対象外・専門家の確認が必要", "no date computed: a professional must look"],
  resident: ["国内居住者", "resident"],
  overseas: ["在外者", "overseas"],
  basis: ["根拠", "basis"],
  articles: ["条文", "articles"],
  trigger: ["起点", "counted from"],
  opens: ["開始", "from"],
  raw_end: ["繰延前", "before closing days"],
  outer_limit: ["最大延長", "fully extended"],
  left_out: ["件は省略", "left out"],
  chart: ["経過図", "Timeline"],
  papers: ["手続・書類", "Papers and acts"],
  applicant: ["出願人", "applicant"],
  office: ["特許庁", "JPO"],
  third_party: ["第三者", "third party"],
  applicant_or_third_party: ["出願人・第三者", "applicant or third party"],
  ib: ["国際事務局", "WIPO"],
  others: ["その他", "others"],
  ahead: ["期限", "deadline"],
  joins: ["線は通知と応答", "lines join a notice and its answer"],
  date: ["日付", "Date"],
  by: ["主体", "By"],
  paper: ["書類", "Paper"],
  answers: ["応答先", "answers"],
  answered_by: ["応答", "answered by"],
  days_used: ["使用日数", "days used"],
  parts: ["構成", "parts"],
  paper_numbers: ["書類番号", "paper no."],
  older: ["件の古い手続を省略", "older events left out"],
  undated: ["件は日付を読めず表のみ", "without a readable date, in the table only"],
  as_of: ["時点", "as of"],
  beyond: ["目盛外", "not to scale"],
  right: ["権利", "right"],
  filing: ["出願", "filed"],
  publication: ["公開", "published"],
  international_publication: ["国際公開", "published (PCT)"],
  registration: ["登録", "registered"],
  expiry: ["満了", "term ends"],
  extinction: ["消滅", "extinguished"],
  national_publication: ["公表", "national publication"],
  international_application: ["国際出願", "international application"],
  design_class: ["意匠分類", "class"],
  principal_design: ["本意匠", "principal design"],
  readings: ["称呼", "pronunciation"],
  vienna_classes: ["ウィーン分類", "Vienna classes"],
  goods: ["商品・役務", "goods and services"],
  holders: ["権利者", "right holders"],
  decision_drafted: ["査定の起案日", "decision drafted"],
  trial_decision_date: ["審決日", "trial decision"],
  claims: ["請求項の数", "claims"],
  paid_years: ["納付年分", "years paid"],
  expiry_date: ["満了日", "term ends"],
  extinction_date: ["消滅日", "extinguished"],
  next_payment_date: ["次回納付期限", "next payment"],
  update_date: ["更新日", "updated"],
  citations: ["引用文献", "citations"],
  priority: ["優先権", "priority"],
  divisionals: ["分割", "divisionals"],
  link: ["J-PlatPat", "J-PlatPat"],
  document: ["文献", "document"],
  roles: ["引用の種別", "cited as"],
  raw: ["原データ", "raw"],
  note: ["備考", "note"],
  relation: ["関係", "relation"],
  generation: ["世代", "generation"],
  filing_date: ["出願日", "filed"],
  expiry_computed: ["満了日（計算）", "term ends (computed)"],
  request_by: ["審査請求期限", "request examination by"],
  requested: ["審査請求日", "requested"],
  country: ["国", "country"],
  role: ["立場", "role"],
  name: ["氏名・名称", "name"],
  code: ["コード", "code"],
  ja: ["日本語", "Japanese"],
  en: ["英語", "English"],
  nice_class: ["区分", "class"],
  similar_codes: ["類似群コード", "similar group codes"],
  keys: ["図の印は矢印キーで移動、Enterで表の行へ", "in the chart, arrow keys move and Enter goes to the row"],
});

const SHOWN = new Set([
  "title",
  "people",
  "numbers",
  "dates",
  "right",
  "status",
  "deadlines",
  "deadlines_left_out",
  "unverified",
  "design_class",
  "principal_design",
  "readings",
  "vienna_classes",
  "goods",
  "events",
  "events_left_out",
  "cursor",
]);
const laneOf = (event) => (event.actor === "applicant" || event.actor === "office" ? event.actor : "others");

// ── what the answer says, made ready: rows with their places, and which answers which ──

function read(record) {
  const events = (record.events || []).map((event, place) => ({
    ...event,
    id: `e${place}`,
    day: dayOf(event.date),
    lane: laneOf(event),
    answeredBy: [],
  }));
  const notices = new Map();
  for (const event of events) notices.set(`${event.code.split("/")[0]} ${event.date}`, event);
  for (const event of events) {
    event.notice = event.answers ? notices.get(event.answers) : undefined;
    if (event.notice) event.notice.answeredBy.push(event);
  }
  const deadlines = (record.deadlines || []).map((deadline, place) => {
    const isDoubtful = Boolean((deadline.unverified || []).length || (record.unverified || []).length);
    return { ...deadline, isDoubtful, id: `d${place}`, day: dayOf(deadline.date) };
  });
  return { record, events, deadlines, today: dayOf(record.as_of), ended: dayOf((record.dates || {}).extinction) };
}

// ── the head ──

function head({ record }) {
  const { right } = record;
  const goods = (record.goods || []).map((one) => [
    `${one.nice_class || "?"}: ${one.goods || ""}`,
    one.similar_codes ? el("span", { class: "quiet small" }, `  ${one.similar_codes.join(" ")}`) : "",
  ]);
  return [
    el("h1", { class: "number" }, numberText(record.number)),
    record.title ? el("p", { class: "title" }, record.title) : null,
    facts([
      ...howRead(record),
      [
        W.people,
        (record.people || []).map((person) => [
          person.name,
          el("span", { class: "quiet small" }, `  ${person.role}${person.code ? `  ${person.code}` : ""}`),
        ]),
      ],
      [
        W.numbers,
        (record.numbers || []).map((number) => [
          numberText(number),
          el("span", { class: "quiet small" }, "  ", W[number.kind] ? say(W[number.kind]) : statement(number.kind)),
        ]),
      ],
      [
        W.dates,
        Object.entries(record.dates || {})
          .sort(([, one], [, other]) => (one < other ? -1 : one > other ? 1 : 0))
          .map(([name, day]) => [el("time", {}, day), "  ", W[name] ? say(W[name]) : name]),
      ],
      [
        W.right,
        right
          ? [[named(right.ja, right.en, "?").join(" / "), ` (${right.code})`, right.note ? ["  ", right.note] : ""]]
          : null,
      ],
      [W.design_class, record.design_class ? [record.design_class] : null],
      [W.principal_design, record.principal_design ? [record.principal_design] : null],
      [W.readings, record.readings ? [record.readings.join("、")] : null],
      [W.vienna_classes, record.vienna_classes ? [record.vienna_classes.join(", ")] : null],
      [W.goods, goods],
    ]),
  ];
}

function doubt(name, doubts) {
  if (!doubts || !doubts.length) return null;
  return el(
    "div",
    { class: "doubt" },
    el("strong", {}, say(name)),
    el(
      "ul",
      {},
      doubts.map((one) => el("li", {}, statement(one))),
    ),
  );
}

function standing({ record: { status } }) {
  if (!status) return null;
  return section(
    W.status,
    el("p", { class: "status" }, statement(status.state)),
    el(
      "p",
      { class: "quiet small" },
      status.rule,
      "  ",
      say(W.confidence),
      " ",
      W[status.confidence] ? say(W[status.confidence]) : status.confidence,
    ),
    facts([[W.read_from, status.rows || []]]),
    doubt(W.unverified, status.doubts),
  );
}

// ── deadlines ──

function distance(day, today) {
  if (day === null || today === null) return null;
  const days = day - today;
  if (Math.abs(days) > 730) return null;
  const on = isoOf(today);
  const counted = `${Math.abs(days)} ${Math.abs(days) === 1 ? "day" : "days"}`;
  const words =
    days < 0
      ? [`${on}時点で${-days}日経過`, `${counted} past on ${on}`]
      : [`${on}時点であと${days}日`, `${counted} left on ${on}`];
  return el("span", { class: "pair small" }, say(words));
}

function deadlineItem(deadline, { record, today }) {
  const shared = (record.unverified || []).length && !(deadline.unverified || []).length;
  return el(
    "li",
    { id: deadline.id, tabindex: "-1" },
    el(
      "div",
      { class: "when" },
      deadline.date ? el("time", {}, deadline.date) : say(W.no_date),
      distance(deadline.day, today),
    ),
    el(
      "div",
      {},
      el(
        "p",
        { class: "what" },
        statement(deadline.what),
        deadline.for_whom
          ? el(
              "span",
              { class: "whom quiet" },
              "  ",
              W[deadline.for_whom] ? say(W[deadline.for_whom]) : deadline.for_whom,
            )
          : null,
      ),
      facts([
        ...["opens", "raw_end", "outer_limit"]
          .filter((name) => deadline[name])
          .map((name) => [W[name], [el("time", {}, deadline[name])]]),
        [W.basis, [statement(deadline.basis)]],
        [W.articles, [statement(deadline.articles)]],
        [W.trigger, [deadline.trigger]],
      ]),
      doubt(W.unverified, deadline.unverified),
      shared ? el("p", { class: "doubt" }, say(W.see_below)) : null,
    ),
  );
}

function deadlineList(course) {
  const { record, deadlines } = course;
  if (!deadlines.length) return null;
  const dated = deadlines.filter((one) => one.date),
    flags = deadlines.filter((one) => !one.date);
  return section(
    W.deadlines,
    dated.length
      ? el(
          "ol",
          { class: "deadlines" },
          dated.map((one) => deadlineItem(one, course)),
        )
      : null,
    flags.length
      ? el(
          "ol",
          { class: "deadlines flags" },
          flags.map((one) => deadlineItem(one, course)),
        )
      : null,
    doubt(W.for_all, record.unverified),
    record.deadlines_left_out ? el("p", { class: "quiet" }, `${record.deadlines_left_out} `, say(W.left_out)) : null,
  );
}

// ── the chart ──

const TIER = LANG === "both" ? 40 : 28;
const NEAR = 550; // days ahead that are drawn to scale; a term of twenty years would flatten everything else

/** Of what shares a mark, this names it: a decision before other papers, what can be done before what only ends. */
function isNaming(item) {
  return /^A0[12]$/.test(item.code || "") || Boolean(item.opens);
}

/** What happened on one day by one side is one mark. */
function marksOf(items, side) {
  const marks = new Map();
  for (const item of items) {
    if (item.day === null) continue;
    const key = `${side(item)} ${item.day}`;
    if (!marks.has(key)) marks.set(key, { lane: side(item), day: item.day, items: [] });
    marks.get(key).items.push(item);
  }
  for (const mark of marks.values()) mark.items.sort((one, other) => isNaming(other) - isNaming(one));
  return [...marks.values()].sort((one, other) => one.day - other.day);
}

/** Labels in tiers above or below a lane, none over another: gives the tier and the middle, or null where none is free. */
function tiers(count) {
  const taken = Array.from({ length: count }, () => []);
  return (mark, half, least, most) => {
    const within = (middle) => Math.min(most - half, Math.max(least + half, middle));
    const middles = [...new Set([0, half - 8, 8 - half].map((aside) => within(mark.x + aside)))];
    for (const middle of middles) {
      const tier = taken.findIndex((boxes) =>
        boxes.every(([left, right]) => middle + half + 8 < left || middle - half - 8 > right),
      );
      if (tier < 0) continue;
      taken[tier].push([middle - half, middle + half]);
      return { tier, middle };
    }
    return null;
  };
}

/** A label's lines, cut to the room; its date and the number of papers that it stands for never are. */
function linesOf(mark, room) {
  const [first, ...others] = mark.items;
  const more = others.length ? ` ＋${others.length}` : "";
  const names = first.what ? first.what.split(" / ").slice(0, 2) : named(first.ja, first.en, first.code);
  const whom = mark.items.every((one) => W[one.for_whom]) ? mark.items.map((one) => brief(W[one.for_whom])) : [];
  const doubtful = mark.items.some((one) => one.isDoubtful) ? [brief(W.unverified)] : [];
  return [
    ...names.map((one, place) =>
      place ? [cut(one, room, 10), "en"] : [cut(one, room - widthOf(more, 11), 11) + more, "name"],
    ),
    [[first.date, ...new Set(whom), ...doubtful].join(" "), "date"],
  ];
}

function weight(mark) {
  if (mark.lane === "ahead") return 5;
  if (mark.items.some((one) => one.answeredBy.length || isNaming(one))) return 4;
  if (mark.items.some((one) => one.notice)) return 3;
  return mark.lane === "office" ? 2 : 1;
}

function spoken(mark) {
  const whom = (one) => (W[one.for_whom] ? ` (${sayPlain(W[one.for_whom])})` : "");
  const what = mark.items
    .map((one) => (one.what || named(one.ja, one.en, one.code).join(" / ")) + whom(one))
    .join("; ");
  const who =
    mark.lane === "ahead"
      ? `${sayPlain(W.ahead)}${mark.items.some((one) => one.isDoubtful) ? ` (${sayPlain(W.unverified)})` : ""}`
      : sayPlain(W[mark.items[0].actor] || W.others);
  const joined = [
    ...new Set(mark.items.flatMap((one) => (one.notice ? [`${sayPlain(W.answers)} ${one.answers}`] : []))),
  ].join("; ");
  return plain([mark.items[0].date, who, what, joined].filter(Boolean).join(", "));
}

/** Where everything stands: marks from left to right, and as many labels as there is room for. */
function layOut({ events, deadlines, today, ended }, width) {
  const dated = deadlines.filter((one) => one.day !== null);
  const isNear = (one) => today === null || one.day <= today + NEAR;
  const past = marksOf(events, (one) => one.lane);
  const near = marksOf(dated.filter(isNear), () => "ahead"),
    far = marksOf(
      dated.filter((one) => !isNear(one)),
      () => "ahead",
    );
  const wide = width >= 560,
    left = wide ? 74 : 4,
    beyond = far.length ? (wide ? 150 : 96) : 0;
  const right = width - 6 - beyond * Math.min(far.length, 2);
  const days = [...past, ...near].map((one) => one.day).concat(today ?? [], ended ?? []);
  const from = Math.min(...days),
    to = Math.max(...days, from + 90);
  const x = (day) => left + 8 + ((day - from) / (to - from)) * (right - left - 16);
  for (const mark of [...past, ...near]) mark.x = x(mark.day);
  far.forEach((mark, place) => {
    mark.x = right + beyond * (Math.min(place, 1) + 0.5) + Math.max(0, place - 1) * 14;
  });

  const all = [...past, ...near, ...far];
  const above = tiers(wide ? 3 : 4),
    free = { applicant: above, ahead: above, office: tiers(wide ? 3 : 4), others: tiers(2) };
  const used = { applicant: 0, office: 0, others: 0 };
  for (const mark of [...all].sort((one, other) => weight(other) - weight(one))) {
    const room = wide ? 138 : 92;
    mark.lines = linesOf(mark, room);
    const half = Math.max(...mark.lines.map(([text, kind]) => widthOf(text, kind === "name" ? 11 : 10))) / 2;
    mark.label = free[mark.lane](mark, half, wide ? left - 10 : 0, width);
    if (!mark.label) continue;
    const side = mark.lane === "ahead" ? "applicant" : mark.lane;
    used[side] = Math.max(used[side], mark.label.tier + 1);
  }
  const y = { applicant: 16 + used.applicant * TIER };
  y.ahead = y.applicant + 40;
  y.office = y.ahead + 40;
  const foot = y.office + used.office * TIER + 14;
  const hasOthers = past.some((one) => one.lane === "others");
  y.others = foot + 14;
  return {
    all,
    past,
    far,
    wide,
    left,
    right,
    from,
    to,
    x,
    y,
    lanes: ["applicant", "office", ...(hasOthers ? ["others"] : [])],
    height: hasOthers ? y.others + used.others * TIER + 14 : foot,
  };
}

function drawChart(course, width, readout) {
  const { all, past, far, wide, left, right, from, to, x, y, lanes, height } = layOut(course, width);
  const { today, ended } = course;
  const lines = shape("g"),
    texts = shape("g");
  const line = (kind, d) => lines.append(shape("path", { class: kind, d }));
  const text = (kind, at, row, anchor, words, lang = null) =>
    texts.append(shape("text", { class: kind, x: at, y: row, "text-anchor": anchor, lang }, words));

  for (const lane of lanes) {
    line("rule", `M${left} ${y[lane]}H${right}`);
    const names = LANG === "both" ? W[lane] : [sayPlain(W[lane])];
    if (wide)
      names.forEach((name, place) =>
        text(place ? "en" : null, 0, y[lane] + 4 + place * 13 - (names.length - 1) * 5, "start", name),
      );
  }
  line("axis", `M${left} ${y.ahead}H${right}`);
  for (const [day, label] of ticks(from, to, x)) {
    line("axis", `M${x(day)} ${y.ahead - 3}v6`);
    text("quiet", x(day), y.ahead + 15, "middle", label);
  }
  if (far.length) {
    line("axis", `M${right + 3} ${y.ahead + 5}l4 -10m3 0l-4 10M${right + 12} ${y.ahead}H${width - 4}`);
    text("quiet", right + 12, y.ahead + 15, "start", brief(W.beyond));
  }
  const upright = (kind, day, row, words) => {
    const at = x(day),
      end = at > width / 2;
    line(kind, `M${at} ${y.applicant - 8}V${y.office + 8}`);
    text("quiet", at + (end ? -5 : 5), row, end ? "end" : "start", `${brief(words)} ${isoOf(day)}`);
  };
  if (ended !== null) upright("ended", ended, y.ahead - 22, W.extinction);
  if (today !== null) upright("asof", today, y.ahead - 9, W.as_of);
  for (const mark of past)
    for (const notice of new Set(mark.items.map((one) => one.notice))) join(lines, mark, notice, x, y);

  const drawn = all.map((mark) => {
    const group = shape(
      "g",
      { role: "link", "aria-label": spoken(mark) },
      shape("circle", { class: "halo", cx: mark.x, cy: y[mark.lane], r: 9 }),
      MARKS[mark.lane](mark.x, y[mark.lane], 5),
    );
    group.dataset.row = mark.items[0].id;
    if (!mark.label) return group;
    const { tier, middle } = mark.label,
      up = mark.lane === "applicant" || mark.lane === "ahead";
    const last = y.applicant - 14 - tier * TIER,
      first = up ? last - (mark.lines.length - 1) * 12 : y[mark.lane] + 20 + tier * TIER;
    line("lead", `M${mark.x} ${y[mark.lane]}V${up ? last + 3 : first - 10}`);
    group.append(
      ...mark.lines.map(([words, kind], row) =>
        shape("text", { class: kind, x: middle, y: first + row * 12, "text-anchor": "middle" }, words),
      ),
    );
    return group;
  });
  roving(drawn, readout);
  return [
    shape(
      "svg",
      {
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: "group",
        "aria-label": `${sayPlain(W.chart)}: ${sayPlain(W.keys)}`,
      },
      lines,
      texts,
      drawn,
    ),
  ];
}

/** From the notice on the office's lane to its answer on the applicant's. */
function join(lines, mark, notice, x, y) {
  if (!notice || notice.day === null) return;
  const end = y[mark.lane] + (mark.lane === "applicant" ? 9 : -9),
    start = y[notice.lane] + (notice.lane === "applicant" ? 7 : -7);
  lines.append(
    shape("path", { class: "join", d: `M${x(notice.day)} ${start}L${mark.x} ${end}` }),
    shape("circle", { class: "tip", cx: mark.x, cy: end, r: 2.5 }),
  );
}

// ── the table: the same in words, in date order ──

function paperCell(event) {
  const [name, english] = named(event.ja, event.en, event.code);
  const days = (used) => (used == null ? "" : ["  (", say(W.days_used), ` ${used})`]);
  return el(
    "td",
    { class: "paper" },
    el("span", { class: "name", lang: event.ja && LANG !== "en" ? "ja" : "en" }, name),
    " ",
    el("code", { class: "quiet" }, event.code),
    english ? el("span", { class: "en", lang: "en" }, english) : null,
    event.answers
      ? el(
          "p",
          { class: "more" },
          "↳ ",
          say(W.answers),
          " ",
          event.notice
            ? jump(
                event.notice.id,
                named(event.notice.ja, event.notice.en, event.notice.code)[0],
                " ",
                el("span", { class: "date" }, event.notice.date),
              )
            : event.answers,
          days(event.days_used),
        )
      : null,
    event.answeredBy.length
      ? el(
          "p",
          { class: "more" },
          "↰ ",
          say(W.answered_by),
          " ",
          event.answeredBy.map((one, place) => [
            place ? ", " : "",
            jump(one.id, named(one.ja, one.en, one.code)[0], " ", el("span", { class: "date" }, one.date)),
          ]),
        )
      : null,
    event.under ? el("p", { class: "more" }, statement(event.under)) : null,
    event.parts || (event.papers || []).length
      ? el(
          "p",
          { class: "more" },
          [
            event.papers?.length ? [say(W.paper_numbers), ` ${event.papers.join(", ")}`] : null,
            event.parts ? [say(W.parts), ` ${event.parts}`] : null,
          ]
            .filter(Boolean)
            .map((one, place) => [place ? "  ·  " : "", one]),
        )
      : null,
    (event.notes || []).map((note) => el("p", { class: "more" }, statement(note))),
  );
}

function paperTable({ record, events }) {
  if (!events.length) return null;
  const rows = events.map((event) =>
    el(
      "tr",
      { id: event.id, tabindex: "-1" },
      el("th", { scope: "row", class: "day" }, el("time", {}, event.date)),
      el(
        "td",
        { class: "by" },
        sign(event.lane),
        " ",
        event.actor ? say(W[event.actor] || [event.actor, event.actor]) : "?",
      ),
      paperCell(event),
    ),
  );
  if (record.events_left_out)
    rows.splice(
      1,
      0,
      el("tr", { class: "gap" }, el("td", { colspan: "3" }, `… ${record.events_left_out} `, say(W.older))),
    );
  return section(
    W.papers,
    el(
      "table",
      {},
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("th", { scope: "col", class: "day" }, say(W.date)),
          el("th", { scope: "col", class: "by" }, say(W.by)),
          el("th", { scope: "col" }, say(W.paper)),
        ),
      ),
      el("tbody", {}, rows),
    ),
  );
}

function chartSection(course) {
  const { events, record, deadlines } = course;
  if (!events.some((one) => one.day !== null) && !deadlines.some((one) => one.day !== null)) return null;
  const readout = el("p", { class: "readout quiet" }, say(W.keys));
  const undated = events.filter((one) => one.day === null).length;
  const hasOthers = events.some((one) => one.lane === "others");
  return section(
    W.chart,
    chart((width) => drawChart(course, width, readout)),
    el(
      "ul",
      { class: "key" },
      keyMark("applicant", say(W.applicant)),
      keyMark("office", say(W.office)),
      hasOthers ? keyMark("others", say(W.others)) : null,
      deadlines.some((one) => one.day !== null) ? keyMark("ahead", say(W.ahead)) : null,
      events.some((one) => one.notice) ? el("li", {}, say(W.joins)) : null,
      record.events_left_out ? el("li", {}, `${record.events_left_out} `, say(W.older)) : null,
      undated ? el("li", {}, `${undated} `, say(W.undated)) : null,
    ),
    readout,
  );
}

start("jpo-mcp timeline", (record) => {
  if (!record || !record.number || !Array.isArray(record.events || [])) throw new TypeError("not a case");
  const course = read(record);
  document.title = plain(`${numberText(record.number)} ${sayPlain(W.page)}`);
  return [
    el("header", { class: "top" }, el("div", {}, head(course)), standing(course)),
    chartSection(course),
    deadlineList(course),
    paperTable(course),
    more(record, SHOWN),
    footer(record),
  ];
});
