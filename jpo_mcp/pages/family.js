// A patent family over the five offices, from an answer of jpo_get_family.

Object.assign(W, {
  page: ["ファミリー", "family"],
  tree: ["五庁ファミリー", "Family by office"],
  chart: ["時系列", "On one time axis"],
  filed: ["出願", "filed"],
  published: ["公開", "published"],
  granted: ["登録", "registered"],
  asked: ["照会", "asked for"],
  no_dossier: ["五庁の書類なし", "no dossier"],
  numbers_left_out: ["件の番号を省略", "numbers left out"],
  members_left_out: ["件の出願を省略", "applications left out"],
  named_only: ["番号のみ", "by number only"],
  open_case: ["経過情報をチャットで照会（1アクセス）", "Ask for its case in the chat (1 access)"],
  case_call: ["経過情報", "case"],
  keys: ["図の印は矢印キーで移動、Enterでツリーへ", "in the chart, arrow keys move and Enter goes to the tree"],
  offices: ["庁", "offices"],
  JP: ["日本", "Japan (JPO)"],
  US: ["米国", "United States (USPTO)"],
  EP: ["欧州", "Europe (EPO)"],
  CN: ["中国", "China (CNIPA)"],
  KR: ["韓国", "Korea (KIPO)"],
  WO: ["国際出願", "PCT (WIPO)"],
});

const SHOWN = new Set(["offices", "left_out"]);
const CASE_CALL = /^jpo_get_case\(number="(特願[0-9]{4}-[0-9]{6})"\), 1 access$/;
Object.assign(MARKS, {
  filed: (x, y, r) => shape("circle", { class: "filed", cx: x, cy: y, r }),
  published: MARKS.others,
  granted: MARKS.office,
});
Object.assign(SIGNS, { filed: "○", published: SIGNS.others, granted: SIGNS.office });

function shownNumber(number) {
  return number ? number.human || number.docdb || number.raw || "?" : "?";
}
function shownDay(number) {
  return (number && (number.date || number.date_raw)) || "";
}

/** The steps of one application in the order in which they come. */
function stepsOf(member) {
  return [
    ...(member.application ? [["filed", member.application]] : []),
    ...(member.publications || []).map((one) => ["published", one]),
    ...(member.registrations || []).map((one) => ["granted", one]),
  ].map(([kind, number]) => ({ kind, number, day: dayOf(number.date) }));
}

function read(record) {
  let place = 0;
  return (record.offices || []).map((office) => ({
    ...office,
    members: (office.members || []).map((member) => ({ ...member, id: `m${place++}`, steps: stepsOf(member) })),
  }));
}

// ── the tree ──

function exchangeForm(number) {
  return number.human && number.docdb ? [" ", el("span", { class: "docdb" }, number.docdb)] : null;
}

function stepItem({ kind, number }, isNamed) {
  return el(
    "li",
    {},
    sign(kind),
    " ",
    el("span", { class: "step" }, say(W[kind])),
    " ",
    el("time", { class: "date" }, shownDay(number) || "—"),
    " ",
    isNamed ? null : [el("span", { class: "one" }, shownNumber(number)), exchangeForm(number)],
  );
}

/** How to read a Japanese member's case: for a host a question in the chat, and for a person the call itself. */
function caseItem(call) {
  const number = (CASE_CALL.exec(call) || [])[1];
  const button = isHosted() && number ? el("button", { type: "button" }, say(W.open_case)) : null;
  if (button)
    button.addEventListener("click", () =>
      request("ui/message", {
        role: "user",
        content: [{ type: "text", text: `jpo_get_case(number="${number}")` }],
      }).catch(() => button.remove()),
    );
  return el(
    "li",
    { class: "call" },
    say(W.case_call),
    "  ",
    el("code", {}, isHosted() || !number ? call : `jpo-mcp case ${number} --html ${number}.html`),
    "  ",
    button,
  );
}

function memberItem(member) {
  return el(
    "li",
    { id: member.id, tabindex: "-1" },
    el("span", { class: "application number" }, shownNumber(member.application)),
    member.application ? exchangeForm(member.application) : null,
    member.asked ? [" ", el("span", { class: "asked" }, "← ", say(W.asked))] : null,
    el(
      "ul",
      {},
      member.steps.map((step) => stepItem(step, step.kind === "filed")),
      member.numbers_left_out ? el("li", {}, `${member.numbers_left_out} `, say(W.numbers_left_out)) : null,
      member.case_call ? caseItem(member.case_call) : null,
    ),
  );
}

function officeItem(office) {
  return el(
    "li",
    {},
    el("span", { class: "office-name" }, office.office, "  ", W[office.office] ? say(W[office.office]) : ""),
    office.dossier ? null : el("span", { class: "quiet small" }, "  (", say(W.no_dossier), ")"),
    el(
      "ul",
      {},
      office.members.map(memberItem),
      (office.left_out || []).length
        ? el("li", {}, el("span", { class: "quiet" }, say(W.named_only), `: ${office.left_out.join(", ")}`))
        : null,
    ),
  );
}

function tree(record, offices) {
  return section(
    W.tree,
    el(
      "ul",
      { class: "tree" },
      el(
        "li",
        {},
        el("span", { class: "quiet" }, say(W.page), `  ${numberText(record.number)}`),
        el("ul", {}, offices.map(officeItem)),
      ),
    ),
    record.left_out ? el("p", { class: "quiet" }, `${record.left_out} `, say(W.members_left_out)) : null,
  );
}

// ── the chart: the tree's branches on one time axis ──

const ROW = 34;

function spoken(member, step) {
  return plain(
    [shownDay(step.number), sayPlain(W[step.kind]), shownNumber(step.number), shownNumber(member.application)]
      .filter(Boolean)
      .join(", "),
  );
}

function drawChart(offices, width, readout) {
  const days = offices
    .flatMap((office) => office.members.flatMap((member) => member.steps.map((step) => step.day)))
    .filter((day) => day !== null);
  if (!days.length) return [];
  const wide = width >= 560,
    left = wide ? 214 : 12,
    above = wide ? 0 : 17;
  const from = Math.min(...days) - 30,
    to = Math.max(...days, from + 400) + 30;
  const x = (day) => left + 8 + ((day - from) / (to - from)) * (width - left - 52);
  const lanes = offices.flatMap((office) =>
    office.members.map((member, place) => ({ office, member, isFirst: place === 0 })),
  );
  const height = 30 + lanes.length * (ROW + above);
  const svg = shape("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "group",
    "aria-label": `${sayPlain(W.chart)}: ${sayPlain(W.keys)}`,
  });
  for (const [day, label] of ticks(from, to, x)) {
    svg.append(
      shape("path", { class: "rule", d: `M${x(day)} 18V${height}` }),
      shape("text", { class: "quiet", x: x(day), y: 12, "text-anchor": "middle" }, label),
    );
  }
  const marks = [];
  const y = (place) => 30 + place * (ROW + above) + above + 10;
  lanes.forEach(({ office, member, isFirst }, place) => {
    const at = y(place),
      label = at - (wide ? -4 : 15);
    if (wide) {
      svg.append(
        shape("path", { class: "axis", d: `M8 ${place ? y(place - 1) : at - 14}V${at}H${isFirst ? 20 : 44}` }),
      );
      if (isFirst) svg.append(shape("text", { class: "strong", x: 24, y: label }, office.office));
      svg.append(
        shape(
          "text",
          { x: 50, y: label, class: member.asked ? "strong" : null },
          cut(shownNumber(member.application), 154, 11),
        ),
      );
    } else {
      svg.append(
        shape(
          "text",
          { x: 0, y: label },
          shape("tspan", { class: "strong" }, `${office.office}  `),
          cut(shownNumber(member.application), width - 40, 11),
        ),
      );
    }
    const there = member.steps.filter((step) => step.day !== null);
    if (there.length > 1)
      svg.append(
        shape("path", {
          class: "life",
          d: `M${x(there[0].day)} ${at}H${x(Math.max(...there.map((step) => step.day)))}`,
        }),
      );
    let free = -Infinity;
    there
      .sort((one, other) => one.day - other.day)
      .forEach((step) => {
        const group = shape(
          "g",
          { role: "link", "aria-label": spoken(member, step) },
          shape("circle", { class: "halo", cx: x(step.day), cy: at, r: 9 }),
          MARKS[step.kind](x(step.day), at, 5),
        );
        const middle = Math.min(width - 30, Math.max(30, x(step.day)));
        if (middle - 29 > free) {
          group.append(
            shape("text", { class: "date", x: middle, y: at + 18, "text-anchor": "middle" }, step.number.date),
          );
          free = middle + 29;
        }
        group.dataset.row = member.id;
        marks.push(group);
      });
  });
  svg.append(...marks);
  roving(marks, readout);
  return [svg];
}

function chartSection(offices) {
  if (!offices.some((office) => office.members.some((member) => member.steps.some((step) => step.day !== null))))
    return null;
  const readout = el("p", { class: "readout quiet" }, say(W.keys));
  return section(
    W.chart,
    chart((width) => drawChart(offices, width, readout)),
    el(
      "ul",
      { class: "key" },
      ["filed", "published", "granted"].map((kind) => keyMark(kind, say(W[kind]))),
    ),
    readout,
  );
}

start("jpo-mcp family", (record) => {
  if (!record || !record.number || !Array.isArray(record.offices || [])) throw new TypeError("not a family");
  const offices = read(record);
  document.title = plain(`${numberText(record.number)} ${sayPlain(W.page)}`);
  return [
    el("header", {}, el("h1", { class: "number" }, numberText(record.number)), facts(howRead(record))),
    chartSection(offices),
    tree(record, offices),
    more(record, SHOWN),
    footer(record),
  ];
});
