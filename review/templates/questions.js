"use strict";
// Shows the questions and keeps the answers. Texts come from strangers: they are set as text only, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { words, cards, fields, kinds, systems } = data;
  const SHOWN = 25; // questions of one card that are shown at once
  const byId = (id) => document.getElementById(id);
  const say = (name, ...values) => values.reduce((text, value, at) => text.replace(`{${at}}`, String(value)), words[name]);
  const answers = new Map(); // id of a question → answer
  const asked = new Map(); // id → { question, card }
  const alike = new Map(); // digest of what is asked alike → questions
  let unsaved = false;
  for (const card of cards) {
    for (const question of card.questions) {
      question.sha ||= card.sha;
      asked.set(question.id, { question, card });
      if (question.alike) alike.set(question.alike, [...(alike.get(question.alike) || []), question]);
    }
    card.text = [card.department, card.file, card.sheet, ...card.questions.map((one) => one.text), ...card.readings.flatMap((reading) => reading.columns.map((one) => one[1]))].join("\n").toLowerCase();
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // --- the reading of a sheet: what each column becomes, above the first rows of the sheet ----------------------

  function readingTable(reading) {
    const head = reading.head;
    const places = new Set(reading.columns.map((one) => one[0]));
    const plain = head && head.columns.length && ![...places].some((place) => /\d/.test(place));
    const parts = [];
    if (plain) parts.push(tableOfRows(head, reading.columns));
    else {
      if (head && head.columns.length) parts.push(tableOfRows(head, []));
      parts.push(tableOfColumns(reading.columns));
    }
    return parts.map((table) => {
      const box = element("div", "scroll");
      box.tabIndex = 0;
      box.append(table);
      return box;
    });
  }

  function tableOfRows(head, columns) {
    const table = element("table"), body = element("tbody"), top = element("thead");
    const letters = element("tr");
    letters.append(element("th", "place", ""), ...head.columns.map((letter) => element("th", "place", letter)));
    top.append(letters);
    if (columns.length) {
      const read = element("tr", "read");
      read.append(element("th", "place", words.readAs));
      for (const letter of head.columns) {
        const own = columns.filter((one) => one[0] === letter);
        const doubtful = own.some((one) => one[4]);
        const meant = own.map((one) => one[2]).filter(Boolean).join(" / ");
        const cell = element("th", doubtful ? "doubt" : "", meant || (own.length ? words.unread : "—"));
        if (!meant) cell.classList.add("unread");
        if (doubtful) { cell.prepend("？"); cell.title = words.doubt; }
        read.append(cell);
      }
      top.append(read);
    }
    for (const [number, heading, cells] of head.rows) {
      const row = element("tr", heading ? "head" : "");
      row.append(element("td", "place", String(number)), ...cells.map((text) => element("td", "", text)));
      body.append(row);
    }
    table.append(top, body);
    return table;
  }

  function tableOfColumns(columns) {
    const table = element("table"), top = element("thead"), row = element("tr", "read"), body = element("tbody");
    for (const name of ["column", "heading", "readAs", "values"]) row.append(element("th", "", words[name]));
    top.append(row);
    for (const [place, heading, meant, samples, doubtful] of columns) {
      const line = element("tr");
      line.append(element("td", "place", place), element("td", "", heading), element("td", doubtful ? "doubt" : "", (doubtful ? "？" : "") + (meant || words.unread)), element("td", "", samples.join("、")));
      body.append(line);
    }
    table.append(top, body);
    return table;
  }

  // --- one question -----------------------------------------------------------------------------------------

  function ask(question, card) {
    const box = element("fieldset");
    box.dataset.id = question.id;
    const legend = element("legend");
    legend.append(element("span", "badge", kinds[question.kind]), `${question.cell ? `${question.cell}  ` : ""}${question.text}`);
    const waits = [question.rows ? say("rowsWait", question.rows) : "", question.cells ? say("cellsWait", question.cells) : "", question.places > 1 && !question.rows && question.places !== question.cells ? say("places", question.places) : "", question.seen ? say("seen", question.seen) : ""].filter(Boolean);
    if (waits.length) legend.append(element("span", "meta", waits.join(" · ")));
    const line = element("div", "choices");
    for (const [value, text] of question.choices) {
      const label = element("label"), radio = element("input");
      radio.type = "radio"; radio.name = question.id; radio.value = value;
      radio.addEventListener("change", () => decide(question, value));
      label.append(radio, text);
      line.append(label);
    }
    if (question.any || question.anySystem) {
      const select = element("select", "other"), said = question.any ? words.other : words.otherSystem;
      select.append(new Option(said, ""));
      select.setAttribute("aria-label", said);
      for (const event of ["focus", "pointerdown"]) select.addEventListener(event, () => fill(select, question));
      select.addEventListener("change", () => decide(question, select.value));
      line.append(select);
    }
    if (question.free && !question.anySystem) {
      const input = element("input", "free");
      input.type = "text"; input.maxLength = 200; input.size = question.choices.length ? 24 : 40; input.placeholder = question.choices.length ? words.writeOther : words.write;
      input.setAttribute("aria-label", words.write);
      input.addEventListener("change", () => decide(question, input.value.trim()));
      line.append(input);
    }
    const clear = element("button", "link clear", words.clear);
    clear.type = "button";
    clear.addEventListener("click", () => decide(question, ""));
    const also = element("button", "link also");
    also.type = "button";
    also.addEventListener("click", () => decideAlike(question));
    line.append(clear, also);
    box.append(legend, line);
    show(box, question, card);
    return box;
  }

  // All fields are listed only where somebody looks: a thousand closed lists would be a hundred thousand elements.
  function fill(select, question) {
    if (select.options.length > 2) return;
    const own = new Set(question.choices.map((one) => one[0])), chosen = select.value;
    while (select.options.length > 1) select.remove(1);
    for (const [name, text] of Object.entries(question.any ? fields : systems)) if (!own.has(name)) select.append(new Option(otherLabel(question, name), name));
    select.value = chosen;
  }

  function otherLabel(question, name) {
    return question.any ? `${fields[name] || name}（${name}）` : systems[name] || name;
  }

  function meaning(question, value) {
    const chosen = question.choices.find((one) => one[0] === value);
    return chosen ? chosen[1] : (question.any && fields[value]) || (question.anySystem && systems[value]) || value;
  }

  function openAlike(question) {
    return (alike.get(question.alike) || []).filter((one) => one !== question && !answers.has(one.id) && fits(one, answers.get(question.id)));
  }

  function fits(question, value) {
    return (question.any && value in fields) || (question.anySystem && value in systems) || question.choices.some((one) => one[0] === value);
  }

  function show(box, question) {
    const value = answers.get(question.id);
    box.classList.toggle("answered", value !== undefined);
    let listed = false;
    for (const radio of box.querySelectorAll("input[type=radio]")) { radio.checked = radio.value === value; listed = listed || radio.checked; }
    const select = box.querySelector("select"), input = box.querySelector("input.free");
    if (select) {
      const other = value !== undefined && !listed ? value : "";
      if (other && ![...select.options].some((one) => one.value === other)) select.append(new Option(otherLabel(question, other), other));
      select.value = other;
    }
    if (input) input.value = listed ? "" : value || "";
    box.querySelector(".clear").hidden = value === undefined;
    const more = value === undefined ? 0 : openAlike(question).length, also = box.querySelector(".also");
    also.hidden = !more;
    also.textContent = more ? say("alike", more) : "";
  }

  function decide(question, value) {
    if (value) answers.set(question.id, value);
    else answers.delete(question.id);
    unsaved = true;
    refresh([question]);
  }

  function decideAlike(question) {
    const others = openAlike(question);
    for (const one of others) answers.set(one.id, answers.get(question.id));
    unsaved = true;
    refresh([question, ...others]);
    note(say("alikeDone", others.length));
  }

  function refresh(questions) {
    for (const one of questions) {
      const shownAlike = one.alike ? alike.get(one.alike) : [one];
      for (const other of shownAlike) {
        const box = document.querySelector(`fieldset[data-id="${other.id}"]`);
        if (box) show(box, other);
      }
    }
    for (const box of document.querySelectorAll(".card")) box.classList.toggle("done", cards[box.dataset.at].questions.every((one) => answers.has(one.id)));
    progress();
  }

  // --- cards, built while they are in sight -----------------------------------------------------------------

  function build(box) {
    const card = cards[box.dataset.at];
    box.replaceChildren();
    box.style.minHeight = "";
    const title = element("h2", "", [card.department, card.file, card.sheet || (card.merged ? "" : words.whole)].filter(Boolean).join(" · "));
    if (card.rows) title.append(element("small", "", say("rowsWait", card.rows)));
    box.append(title);
    for (const reading of card.readings) {
      if (card.readings.length > 1) box.append(element("h3", "", reading.sheet));
      if (reading.why.length) {
        const why = element("ul", "why");
        why.setAttribute("aria-label", words.why);
        why.append(...reading.why.map((text) => element("li", "", text)));
        box.append(why);
      }
      const beside = element("div", "beside");
      beside.append(...readingTable(reading));
      box.append(beside);
      if (reading.first.length) box.append(element("p", "first", `${words.first}：${reading.first.map(([name, value]) => `${name} ${value}`).join("，")}`));
    }
    const own = wanted(card);
    box.append(...own.slice(0, SHOWN).map((one) => ask(one, card)));
    if (own.length > SHOWN) {
      const more = element("button", "", say("more", own.length - SHOWN));
      more.type = "button";
      more.addEventListener("click", () => more.replaceWith(...own.slice(SHOWN).map((one) => ask(one, card))));
      box.append(more);
    }
    box.classList.add("built");
  }

  // A card that is far away again is emptied, its height kept: the page stays as light at the end as at the beginning.
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting && !target.classList.contains("built")) build(target);
      else if (!isIntersecting && target.classList.contains("built") && !target.contains(document.activeElement)) {
        target.style.minHeight = `${target.getBoundingClientRect().height}px`;
        target.replaceChildren();
        target.classList.remove("built");
      }
    }
  }, { rootMargin: "1200px 0px" });

  const filter = { department: "", kind: "", find: "", open: false };
  const wanted = (card) => card.questions.filter((one) => (!filter.kind || one.kind === filter.kind) && !(filter.open && answers.has(one.id)));

  function list() {
    const place = byId("cards"), made = [];
    let count = 0;
    seen.disconnect();
    cards.forEach((card, at) => {
      if ((filter.department && card.department !== filter.department) || (filter.find && !card.text.includes(filter.find))) return;
      const own = wanted(card).length;
      if (!own) return;
      count += own;
      const box = element("article", "card");
      box.dataset.at = String(at);
      box.style.minHeight = `${Math.min(own, SHOWN) * 58 + (40 + 200 * card.readings.length)}px`;
      box.classList.toggle("done", card.questions.every((one) => answers.has(one.id)));
      made.push(box);
    });
    place.replaceChildren(...(made.length ? made : [element("p", "none", words.none)]));
    made.forEach((box) => seen.observe(box));
    byId("shown").textContent = say("shown", made.length, count);
  }

  function progress() {
    byId("bar").value = answers.size;
    byId("progress").textContent = say("progress", answers.size, asked.size);
  }

  function note(text) {
    byId("note").hidden = !text;
    byId("note").textContent = text;
  }

  function choices(select, pairs) {
    select.append(new Option(words.all, ""));
    for (const [value, text] of pairs) select.append(new Option(text, value));
  }

  // --- answers out and in ---------------------------------------------------------------------------------------

  function given() {
    return [...asked.values()].filter(({ question }) => answers.has(question.id)).map(({ question, card }) => ({ question, card, answer: answers.get(question.id) }));
  }

  function asJson(rows) {
    const told = rows.map(({ question, card, answer }) => ({ id: question.id, answer, file: card.file, file_sha256: question.sha, seen: question.seen }));
    return JSON.stringify({ schema: data.schema, lang: data.lang, answers: told }, null, 1);
  }

  // The same as a table, for spreadsheet programs: what might be taken for a formula gets an apostrophe, which is taken off again.
  function asCsv(rows) {
    const cell = (text) => { const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; return `"${plain.replaceAll('"', '""')}"`; };
    const lines = rows.map(({ question, card, answer }) => [card.department, card.file, card.sheet, question.cell, question.text, answer, meaning(question, answer), question.seen || "", question.id, question.sha]);
    return "\ufeff" + [data.columns, ...lines].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
  }

  function save(kind) {
    const rows = given();
    if (!rows.length) { note(words.nothing); return; }
    const blob = kind === "csv" ? new Blob([asCsv(rows)], { type: "text/csv" }) : new Blob([asJson(rows)], { type: "application/json" });
    const link = element("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${words.fileName}.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    unsaved = false;
    note(say("saved", rows.length, link.download));
    const next = element("span", "next", say("next", ""));
    next.append(element("code", "", say("command", link.download)));
    byId("note").append(next);
  }

  // A table that a spreadsheet program saved: cells in quotation marks or not, parted by commas, semicolons or tabs.
  function rowsOf(text) {
    const rows = [[]], sign = [",", ";", "\t"].reduce((best, one) => (text.split("\n", 1)[0].split(one).length > text.split("\n", 1)[0].split(best).length ? one : best));
    let cell = "", quoted = false;
    for (let at = 0; at < text.length; at += 1) {
      const letter = text[at];
      if (quoted) {
        if (letter !== '"') cell += letter;
        else if (text[at + 1] === '"') { cell += '"'; at += 1; } else quoted = false;
      } else if (letter === '"') quoted = true;
      else if (letter === sign || letter === "\n") { rows[rows.length - 1].push(cell.replace(/\r$/, "")); cell = ""; if (letter === "\n") rows.push([]); } else cell += letter;
    }
    rows[rows.length - 1].push(cell);
    return rows;
  }

  function answersIn(text) {
    if (text.trimStart().startsWith("{")) {
      const told = JSON.parse(text);
      if (told.schema !== data.schema) throw new Error("schema");
      return told.answers;
    }
    const [top, ...rows] = rowsOf(text.replace(/^\ufeff/, ""));
    const places = ["answer", "id", "file_sha256"].map((name) => top.indexOf(data.columns[data.places[name]]));
    if (places.includes(-1)) throw new Error("columns");
    return rows.filter((row) => row.length > 1).map((row) => ({ answer: (row[places[0]] || "").replace(/^'(?=[=+\-@])/, ""), id: row[places[1]], file_sha256: row[places[2]] }));
  }

  async function load(file) {
    let own = 0, others = 0;
    try {
      for (const one of answersIn(await file.text())) {
        const known = asked.get(one.id);
        if (known && known.question.sha === one.file_sha256 && typeof one.answer === "string" && one.answer) { answers.set(one.id, one.answer); own += 1; } else others += 1;
      }
      note(say("loaded", own, others));
    } catch { note(words.notLoaded); }
    list();
    progress();
  }

  const count = (pick) => cards.flatMap((card) => card.questions.map((one) => pick(card, one))).reduce((sum, name) => sum.set(name, (sum.get(name) || 0) + 1), new Map());
  choices(byId("department"), [...count((card) => card.department)].map(([name, many]) => [name, `${name}（${many}）`]));
  const byKind = count((_, one) => one.kind);
  choices(byId("kind"), Object.keys(kinds).filter((name) => byKind.has(name)).map((name) => [name, `${kinds[name]}（${byKind.get(name)}）`]));
  byId("department").addEventListener("change", (event) => { filter.department = event.target.value; list(); });
  byId("kind").addEventListener("change", (event) => { filter.kind = event.target.value; list(); });
  byId("open").addEventListener("change", (event) => { filter.open = event.target.checked; list(); });
  let typing = 0;
  byId("find").addEventListener("input", (event) => { clearTimeout(typing); typing = setTimeout(() => { filter.find = event.target.value.trim().toLowerCase(); list(); }, 150); });
  byId("save").addEventListener("click", () => save("json"));
  byId("save-csv").addEventListener("click", () => save("csv"));
  byId("load").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", (event) => { if (event.target.files[0]) load(event.target.files[0]); event.target.value = ""; });
  window.addEventListener("beforeunload", (event) => { if (unsaved && answers.size) event.preventDefault(); });
  list();
  progress();
  document.documentElement.classList.add("drawn");
})();
