// The page of a plan: a table of any length of which only the rows in view exist, and charts drawn when they are seen.
// Text from the data reaches the page only as textContent.
(function () {
  "use strict";
  var DATA = JSON.parse(document.getElementById("plan-data").textContent);
  var T = DATA.table, WORDS = DATA.words, COUNT = T.weeks;
  var C = {}; // place of each column in a row's list
  T.columns.forEach(function (name, place) { C[name] = place; });
  var ROW = 27, SPARE = 6, PART = 100 / COUNT;
  var byId = function (id) { return document.getElementById(id); };
  var grid = byId("grid"), body = byId("rows"), tip = byId("tip"), detail = byId("detail");
  var collator = new Intl.Collator(document.documentElement.lang === "en" ? "en" : "zh-Hans-CN", { numeric: true });

  function word(key, first, second) { return WORDS[key].replace("{0}", first).replace("{1}", second); }
  function number(value) { return value.toLocaleString("en-US"); }
  function week(place) { return place < 0 ? "" : place < COUNT ? T.names[place] : "> " + T.names[COUNT - 1]; }
  function make(tag, name, text) {
    var element = document.createElement(tag);
    if (name) { element.className = name; }
    if (text !== undefined) { element.textContent = text; }
    return element;
  }
  function poolId(place) { return place < 0 ? "" : T.pools[place][0]; }
  function poolLabel(place) { return place < 0 ? "" : T.pools[place][1]; }
  function poolName(place) { return place < 0 ? "" : T.pools[place][0] === T.pools[place][1] ? T.pools[place][0] : T.pools[place][1] + "（" + T.pools[place][0] + "）"; }

  // --- what is asked, and the items that answer it ------------------------------------------------------------

  var asked = { q: "", group: "wave", department: "", wave: "", pool: "", late: false, sort: "", down: false };
  var folded = new Set(), items = [], active = -1;
  var haystack = T.rows.map(function (row) {
    return [row[C.name], row[C.id], T.departments[row[C.department]][0], poolName(row[C.pool]), poolName(row[C.replica]), week(row[C.week]),
      row[C.wave] ? word("wave", row[C.wave]).replace(/ /g, "") : WORDS.none, row[C.size]].join("\u0001").toLowerCase();
  });
  var KEYS = {
    wave: function (r) { return r[C.week] < 0 ? 1e9 : r[C.week]; },
    week: function (r) { return r[C.week] < 0 ? 1e9 : r[C.week]; },
    department: function (r) { return T.departments[r[C.department]][0]; },
    name: function (r) { return r[C.name]; },
    pool: function (r) { return poolLabel(r[C.pool]); },
    replica: function (r) { return poolLabel(r[C.replica]); }
  };

  function fits(place, terms) {
    var row = T.rows[place];
    if (asked.late && !row[C.late]) { return false; }
    if (asked.department !== "" && row[C.department] !== +asked.department) { return false; }
    if (asked.wave !== "" && row[C.wave] !== +asked.wave) { return false; }
    if (asked.pool !== "" && row[C.pool] !== +asked.pool && row[C.replica] !== +asked.pool) { return false; }
    return terms.every(function (term) { return haystack[place].indexOf(term) >= 0; });
  }
  function chosen() {
    var terms = asked.q.toLowerCase().replace(/第\s*(\d+)\s*批/g, "第$1批").replace(/wave\s+(\d+)/g, "wave$1").split(/\s+/).filter(Boolean), found = [];
    for (var place = 0; place < T.rows.length; place += 1) { if (fits(place, terms)) { found.push(place); } }
    return asked.sort ? sorted(found) : found;
  }
  function sorted(found) {
    var key = KEYS[asked.sort], sign = asked.down ? -1 : 1;
    var keys = new Map(found.map(function (place) { return [place, key(T.rows[place])]; }));
    return found.sort(function (a, b) {
      var one = keys.get(a), other = keys.get(b);
      var order = typeof one === "number" ? one - other : collator.compare(one, other);
      return sign * order || a - b;
    });
  }
  function groupOf(row) {
    if (asked.group === "wave") { return row[C.wave]; }
    if (asked.group === "department") { return row[C.department]; }
    return row[C.pool];
  }
  function groupName(key) {
    if (asked.group === "wave") {
      var wave = T.waves[key - 1];
      return wave ? word("wave", wave[0]) + "　" + week(wave[1]) + "（" + T.cut_overs[wave[1]] + "）" : WORDS.none;
    }
    if (asked.group === "department") { return T.departments[key][0]; }
    return key < 0 ? WORDS.none : poolName(key);
  }
  function inGroups(found) {
    var groups = new Map();
    found.forEach(function (place) {
      var key = groupOf(T.rows[place]);
      if (!groups.has(key)) { groups.set(key, []); }
      groups.get(key).push(place);
    });
    var keys = Array.from(groups.keys());
    if (asked.group === "wave") { keys.sort(function (a, b) { return (a || 1e9) - (b || 1e9); }); } // not scheduled: last
    else { keys.sort(function (a, b) { return collator.compare(groupName(a), groupName(b)); }); }
    var made = [];
    keys.forEach(function (key) {
      made.push({ key: key, rows: groups.get(key) });
      if (!folded.has(asked.group + key)) { groups.get(key).forEach(function (place) { made.push(place); }); }
    });
    return made;
  }
  function rebuild(keepPlace) {
    var found = chosen();
    items = asked.group ? inGroups(found) : found;
    byId("shown").textContent = word("shown", number(found.length), number(T.rows.length));
    byId("nothing").hidden = items.length > 0;
    byId("nothing").textContent = WORDS.nothing;
    grid.querySelector("table").setAttribute("aria-rowcount", items.length + 1);
    grid.className = "grid" + (asked.group ? " by-" + asked.group : "") + (T.rows.some(function (r) { return r[C.replica] >= 0; }) ? "" : " no-replica");
    if (!keepPlace) { grid.scrollTop = 0; active = items.length ? 0 : -1; }
    active = Math.min(active, items.length - 1);
    drawn.first = -1;
    draw();
  }

  // --- rows: as many elements as fit the view, filled again while scrolling ------------------------------------

  var drawn = { first: -1, last: -1, whole: false }, pool = [];
  var above = make("tr", "space"), below = make("tr", "space");
  [above, below].forEach(function (row) { row.setAttribute("aria-hidden", "true"); row.appendChild(make("td")); });
  var MARKS = ["frozen", "months", "bars", "keep", "trial", "prep", "cut", "due", "dead"], MONTHS = "";

  function svg(tag) { return document.createElementNS("http://www.w3.org/2000/svg", tag); }
  function element() {
    var row = make("tr"), cells = {};
    ["wave", "week", "department", "system", "pool", "replica"].forEach(function (name) {
      cells[name] = row.appendChild(make("td", "c-" + name));
      cells[name].setAttribute("role", "gridcell");
    });
    var track = row.appendChild(make("td", "c-line")).appendChild(svg("svg")), marks = {};
    track.setAttribute("preserveAspectRatio", "none"); // weeks wide, 26 high: nothing of a line needs layout
    track.setAttribute("viewBox", "0 0 " + COUNT + " 26");
    MARKS.forEach(function (name) {
      marks[name] = track.appendChild(svg("path"));
      marks[name].setAttribute("class", name);
    });
    marks.months.setAttribute("d", MONTHS);
    row.parts = { cells: cells, marks: marks };
    return row;
  }
  function set(mark, path) { mark.setAttribute("d", path); }
  function bar(from, length) { // a bar of some weeks, cut off at the end of the horizon
    var begin = Math.max(0, from), end = Math.min(COUNT, from + length);
    return end > begin ? "M" + begin + " 7H" + end + "V19H" + begin + "z" : "";
  }
  function point(at) { return at < 0 || at >= COUNT ? "" : "M" + (at + 1 - COUNT / 300) + " 3H" + (at + 1) + "V23H" + (at + 1 - COUNT / 300) + "z"; }
  var frozenPaths = T.departments.map(function (one) {
    return one[1].map(function (at) { return "M" + at + " 0h1v26h-1z"; }).join("");
  });
  function fillRow(tr, place, at) {
    var row = T.rows[place], cells = tr.parts.cells, marks = tr.parts.marks, cut = row[C.week];
    tr.className = "row" + (row[C.late] ? " late" : "");
    cells.wave.textContent = row[C.wave] || "";
    cells.week.textContent = cut < 0 ? WORDS.none : week(cut);
    cells.department.textContent = cells.department.title = T.departments[row[C.department]][0];
    cells.system.textContent = cells.system.title = row[C.name];
    cells.pool.textContent = poolLabel(row[C.pool]);
    cells.pool.title = poolId(row[C.pool]);
    cells.replica.textContent = poolLabel(row[C.replica]);
    cells.replica.title = poolId(row[C.replica]);
    cells.wave.colSpan = 1;
    Object.keys(cells).forEach(function (name) { cells[name].hidden = false; });
    var trial = Math.max(0, row[C.trial]);
    set(marks.bars, "");
    set(marks.frozen, frozenPaths[row[C.department]]);
    set(marks.prep, cut < 0 ? "" : bar(row[C.begins], cut - row[C.begins]));
    set(marks.cut, cut < 0 ? "" : bar(cut, 1));
    marks.cut.setAttribute("class", row[C.late] ? "cut late" : "cut");
    set(marks.trial, cut < 0 ? "" : bar(cut + 1, trial));
    set(marks.keep, cut < 0 || row[C.retention] < 1 ? "" : bar(cut + 1 + trial, row[C.retention]));
    set(marks.due, point(row[C.due]));
    set(marks.dead, point(row[C.deadline]));
    tr.removeAttribute("aria-expanded");
    tr.setAttribute("aria-label", [row[C.name], T.departments[row[C.department]][0], cut < 0 ? WORDS.none : week(cut), poolLabel(row[C.pool])].join("，"));
  }
  function fillGroup(tr, group) {
    var cells = tr.parts.cells, open = !folded.has(asked.group + group.key);
    tr.className = "group";
    Object.keys(cells).forEach(function (name) { cells[name].hidden = name !== "system"; cells[name].textContent = ""; cells[name].title = ""; });
    cells.system.textContent = (open ? "▾ " : "▸ ") + groupName(group.key) + "　" + word("systems", number(group.rows.length));
    MARKS.forEach(function (name) { if (name !== "months" && name !== "bars") { set(tr.parts.marks[name], ""); } });
    set(tr.parts.marks.bars, bars(group));
    tr.setAttribute("aria-expanded", open);
    tr.setAttribute("aria-label", cells.system.textContent);
  }
  function bars(group) { // cut-overs of a group by week, the tallest bar fills the line
    if (group.bars === undefined) {
      var counts = new Array(COUNT).fill(0);
      group.rows.forEach(function (place) { var at = T.rows[place][C.week]; if (at >= 0) { counts[at] += 1; } });
      var most = Math.max.apply(null, counts.concat(1));
      group.bars = counts.map(function (count, place) {
        return count ? "M" + (place + 0.08) + " 26v" + (-23 * count / most).toFixed(2) + "h.84V26z" : "";
      }).join("");
    }
    return group.bars;
  }
  function span(tr) { // a group's name takes the cells that are shown
    var shown = 6 - (asked.group === "wave" ? 2 : asked.group ? 1 : 0) - (grid.classList.contains("no-replica") ? 1 : 0);
    tr.parts.cells.system.colSpan = tr.className === "group" ? shown : 1;
  }
  function fill(tr, at) {
    var item = items[at];
    if (typeof item === "number") { fillRow(tr, item, at); } else { fillGroup(tr, item); }
    span(tr);
    tr.at = at;
    tr.setAttribute("aria-rowindex", at + 2);
    tr.tabIndex = at === active ? 0 : -1;
  }
  function draw() {
    if (drawn.whole) { return; }
    var first = Math.max(0, Math.floor(grid.scrollTop / ROW) - SPARE);
    var last = Math.min(items.length, first + Math.ceil(grid.clientHeight / ROW) + 2 * SPARE);
    if (first === drawn.first && last === drawn.last) { return; }
    place(first, last);
    drawn.first = first;
    drawn.last = last;
  }
  function place(first, last) {
    var focused = document.activeElement && document.activeElement.parts ? document.activeElement.at : -1;
    above.firstChild.style.height = first * ROW + "px";
    below.firstChild.style.height = (items.length - last) * ROW + "px";
    while (pool.length < last - first) { var made = element(); pool.push(made); body.insertBefore(made, below); }
    while (pool.length > last - first) { body.removeChild(pool.pop()); }
    pool.forEach(function (tr, step) { fill(tr, first + step); });
    if (focused >= first && focused < last) { pool[focused - first].focus({ preventScroll: true }); }
    else if (focused >= 0) { grid.focus({ preventScroll: true }); }
  }
  var waiting = false;
  grid.addEventListener("scroll", function () {
    tip.hidden = true;
    if (waiting) { return; }
    waiting = true;
    requestAnimationFrame(function () { waiting = false; draw(); });
  }, { passive: true });

  // --- keyboard and pointer ---------------------------------------------------------------------------------------

  function go(to) {
    if (!items.length) { return; }
    active = Math.max(0, Math.min(items.length - 1, to));
    var top = active * ROW, room = grid.clientHeight - 36;
    if (top < grid.scrollTop) { grid.scrollTop = top; }
    if (top + ROW > grid.scrollTop + room) { grid.scrollTop = top + ROW - room; }
    drawn.first = -1;
    draw();
    var tr = pool.find(function (one) { return one.at === active; });
    if (tr) { tr.focus({ preventScroll: true }); }
  }
  function fold(at, shut) {
    var item = items[at];
    if (typeof item === "number") { return; }
    var key = asked.group + item.key, is = folded.has(key);
    if (shut === undefined ? !is : shut) { folded.add(key); } else { folded.delete(key); }
    active = at;
    rebuild(true);
    go(at);
  }
  function open(at) { if (typeof items[at] === "number") { show(items[at]); } else { fold(at); } }
  grid.addEventListener("keydown", function (event) {
    if (event.target.tagName === "BUTTON" || event.ctrlKey || event.altKey || event.metaKey) { return; }
    var page = Math.max(1, Math.floor((grid.clientHeight - 36) / ROW) - 1);
    var moves = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: items.length - 1 };
    if (event.key in moves) { go(moves[event.key]); }
    else if (event.key === "Enter" || event.key === " ") { open(active); }
    else if (event.key === "ArrowLeft") { fold(active, true); }
    else if (event.key === "ArrowRight") { fold(active, false); }
    else { return; }
    event.preventDefault();
  });
  grid.addEventListener("focusin", function (event) { if (event.target.parts) { active = event.target.at; } });
  grid.addEventListener("focus", function () { if (items.length) { go(active < 0 ? 0 : active); } });
  body.addEventListener("click", function (event) {
    var tr = event.target.closest("tr");
    if (tr && tr.parts) { active = tr.at; open(tr.at); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { event.preventDefault(); byId("q").focus(); }
    if (event.key === "Escape" && !detail.hidden) { hide(); }
  });
  body.addEventListener("mousemove", function (event) {
    var track = event.target.closest(".c-line");
    if (!track) { tip.hidden = true; return; }
    var box = track.getBoundingClientRect(), at = Math.min(COUNT - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * COUNT)));
    var tr = track.parentNode, item = items[tr.at], frozen = typeof item === "number" && T.departments[T.rows[item][C.department]][1].indexOf(at) >= 0;
    tip.textContent = T.names[at] + "（" + T.mondays[at] + "）" + (frozen ? "　" + WORDS.blocked : "");
    tip.hidden = false;
    tip.style.left = Math.min(event.clientX + 12, window.innerWidth - tip.offsetWidth - 8) + "px";
    tip.style.top = event.clientY + 16 + "px";
  });
  body.addEventListener("mouseleave", function () { tip.hidden = true; });

  // --- one system -----------------------------------------------------------------------------------------------------

  var back = null;
  function show(placeOf) {
    var row = T.rows[placeOf], list = detail.querySelector("dl"), cut = row[C.week];
    if (!detail.contains(document.activeElement)) { back = document.activeElement; }
    byId("detail-name").textContent = row[C.name];
    list.textContent = "";
    function add(key, value) { if (value) { list.appendChild(make("dt", "", WORDS[key] || key)); list.appendChild(make("dd", "", value)); } }
    function links(label, places) {
      if (!places.length) { return; }
      list.appendChild(make("dt", "", label));
      var cell = list.appendChild(make("dd"));
      places.forEach(function (other) {
        var button = cell.appendChild(make("button", "", T.rows[other][C.name] + (T.rows[other][C.week] < 0 ? "" : "（" + week(T.rows[other][C.week]) + "）")));
        button.type = "button";
        button.addEventListener("click", function () { show(other); });
      });
    }
    function amounts(values) { return values.map(function (value, kind) { return T.resources[kind] + " " + number(value); }).join("，"); }
    add("id", row[C.id]);
    add("department", T.departments[row[C.department]][0]);
    add("when", cut < 0 ? WORDS.none : week(cut) + "　" + word("wave", row[C.wave]) + (row[C.late] ? "　" + word("late", row[C.late]) : ""));
    add("why", row[C.why]);
    add("begins", cut < 0 ? "" : week(row[C.begins]) + "（" + word("weeks", cut - row[C.begins] + 1) + "）");
    add("window", row[C.hours] ? word("hours", row[C.hours]) : "");
    add("trial", row[C.trial] >= 0 ? word("weeks", row[C.trial]) : "");
    add("keep", row[C.retention] >= 0 ? word("weeks", row[C.retention]) : "");
    add("pool", poolName(row[C.pool]));
    add("demand", amounts(row[C.demand]));
    add("replica", poolName(row[C.replica]));
    add("replica_demand", amounts(row[C.replica_demand]));
    add("servers", row[C.servers].map(function (one) { return one[0] + " × " + one[1]; }).join("，"));
    add("size", row[C.size]);
    add("mlps", row[C.mlps] ? String(row[C.mlps]) : "");
    add("due", week(row[C.due]));
    add("deadline", week(row[C.deadline]));
    add("order", cut < 0 ? "" : String(row[C.order]));
    links(WORDS.after, row[C.after]);
    links(WORDS.before, row[C.before]);
    links(WORDS.together, row[C.together]);
    row[C.within].forEach(function (one) { links(word("within", one[0]), one[1]); });
    add("pinned", row[C.pinned] ? WORDS.yes : "");
    add("explain", "govcloud plan explain --system " + row[C.id]);
    detail.hidden = false;
    detail.scrollTop = 0;
    detail.focus({ preventScroll: true });
  }
  function hide() {
    detail.hidden = true;
    if (back && back.parts) { go(active); } else if (back) { back.focus(); }
  }
  byId("detail-close").addEventListener("click", hide);

  // --- search, filters, sorting ---------------------------------------------------------------------------------------

  function choices(id, pairs) {
    var select = byId(id);
    [["", WORDS.all]].concat(pairs).forEach(function (pair) { select.appendChild(make("option", "", pair[1])).value = pair[0]; });
    select.addEventListener("change", function () { asked[id] = select.value; rebuild(); });
  }
  choices("department", T.departments.map(function (one, at) { return [at, one[0]]; }).sort(function (a, b) { return collator.compare(a[1], b[1]); }));
  choices("wave", T.waves.map(function (one) { return [one[0], one[0] + "　" + week(one[1])]; })
    .concat(T.rows.some(function (r) { return r[C.week] < 0; }) ? [[0, WORDS.none]] : []));
  choices("pool", T.pools.map(function (one, at) { return [at, poolName(at)]; }));
  byId("group").addEventListener("change", function () { asked.group = this.value; rebuild(); });
  byId("late").addEventListener("change", function () { asked.late = this.checked; rebuild(); });
  byId("q").addEventListener("input", function () { asked.q = this.value; rebuild(); });
  byId("q").addEventListener("keydown", function (event) { if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); go(0); } });
  document.querySelector(".bar").addEventListener("submit", function (event) { event.preventDefault(); });
  grid.querySelectorAll("th[data-sort] button").forEach(function (button) {
    button.addEventListener("click", function () {
      var head = button.parentNode, key = head.dataset.sort;
      asked.down = asked.sort === key && !asked.down;
      asked.sort = key;
      grid.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", asked.down ? "descending" : "ascending");
      rebuild();
    });
  });

  // --- the axis: months, and a line at each ----------------------------------------------------------------------------

  (function () {
    var axis = byId("axis"), last = "", free = -1, every = COUNT > 80 ? 3 : 1; // where the next label has room
    T.mondays.forEach(function (monday, at) {
      var month = monday.slice(0, 7);
      if (month === last) { return; }
      if (at) { MONTHS += "M" + at + " 0V26"; }
      var year = !last || month.slice(5) === "01";
      if (at >= free && (!last || (+month.slice(5) - 1) % every === 0)) {
        var label = axis.appendChild(make("span", "", year ? month : month.slice(5)));
        label.style.left = (at * PART).toFixed(3) + "%";
        free = at + (year ? 8.5 : 4) / PART;
      }
      last = month;
    });
  }());

  // --- charts -----------------------------------------------------------------------------------------------------------

  var charts = [], G = DATA.charts, FONT = getComputedStyle(document.body).fontFamily;
  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }
  function frame() {
    return {
      animation: false, textStyle: { fontFamily: FONT, color: colour("ink") },
      tooltip: { trigger: "axis", confine: true, backgroundColor: colour("paper"), borderColor: colour("line"), textStyle: { color: colour("ink"), fontSize: 12 } },
      grid: { left: 4, right: 10, top: 12, bottom: 2, containLabel: true },
      xAxis: { type: "category", data: G.weeks, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("line") } }, axisLabel: { color: colour("soft"), fontSize: 10, hideOverlap: true } },
      yAxis: { type: "value", min: 0, splitNumber: 3, axisLabel: { color: colour("soft"), fontSize: 10 }, splitLine: { lineStyle: { color: colour("grid") } } }
    };
  }
  function line(name, data, shade, more) {
    return Object.assign({ type: "line", name: name, data: data, color: shade, symbol: "none", lineStyle: { width: 2, color: shade } }, more);
  }
  function progress() {
    var total = 0, soFar = G.moved.map(function (count) { total += count; return total; });
    var wanted = new Array(COUNT).fill(null);
    G.wanted.forEach(function (pair) { if (pair[0] >= 0 && pair[0] < COUNT) { wanted[pair[0]] = pair[1]; } });
    var option = frame(), names = [WORDS.moved, WORDS.so_far];
    var series = [
      { type: "bar", name: WORDS.moved, data: G.moved, color: colour("prep"), barMaxWidth: 14 },
      line(WORDS.so_far, soFar, colour("cut"), { yAxisIndex: 1 })
    ];
    if (G.wanted.length) {
      names.push(WORDS.wanted);
      series.push(line(WORDS.wanted, wanted, colour("due"), { yAxisIndex: 1, connectNulls: true, symbol: "circle", symbolSize: 5, lineStyle: { type: "dashed", width: 2, color: colour("due") } }));
    }
    if (G.targets.length) {
      names.push(WORDS.target);
      series.push({ type: "scatter", name: WORDS.target, yAxisIndex: 1, data: G.targets, symbol: "diamond", symbolSize: 13, color: colour("dead"), z: 5 });
    }
    option.legend = { top: 0, right: 4, itemWidth: 14, itemHeight: 9, data: names, textStyle: { color: colour("ink"), fontSize: 12 } };
    option.grid.top = 48;
    option.yAxis = [
      Object.assign({}, option.yAxis, { name: WORDS.moved, nameTextStyle: { color: colour("soft"), fontSize: 10, align: "left" }, splitLine: { show: false }, minInterval: 1 }),
      Object.assign({}, option.yAxis, { name: WORDS.so_far, nameTextStyle: { color: colour("soft"), fontSize: 10, align: "right" }, minInterval: 1 })
    ];
    option.series = series;
    return option;
  }
  function curve(one) {
    var option = frame();
    option.series = [
      line(WORDS.held, one.held, colour("trial"), { step: "end", areaStyle: { color: colour("trial"), opacity: 0.3 } }),
      line(WORDS.capacity, one.capacity, colour("cut"), { step: "end" })
    ];
    return option;
  }
  function load(team) {
    var option = frame();
    option.xAxis.data = team.periods.map(function (period) { return G.weeks[period[0]] + (period[1] > period[0] ? "–" + G.weeks[period[1]].slice(5) : ""); });
    option.series = [
      { type: "bar", name: WORDS.used, data: team.used, color: colour("prep"), barCategoryGap: "15%" },
      line(WORDS.offered, team.periods.map(function (period) { return period[2]; }), colour("cut"), { step: "middle", symbol: team.periods.length === 1 ? "circle" : "none" })
    ];
    return option;
  }
  function peak(used, offered) {
    var most = 0, none = true;
    used.forEach(function (value, at) { if (offered[at]) { none = false; most = Math.max(most, value / offered[at]); } });
    return none ? "" : word("peak", (100 * most).toFixed(most < 0.1 ? 1 : 0) + " %");
  }
  function chart(parent, title, note, option) {
    var figure = parent.appendChild(make("figure")), caption = figure.appendChild(make("figcaption"));
    caption.appendChild(make("b", "", title));
    caption.appendChild(document.createTextNode("　" + note));
    var at = figure.appendChild(make("div", "chart"));
    at.setAttribute("role", "img");
    at.setAttribute("aria-label", title + " " + note);
    charts.push({ at: at, option: option, drawn: null });
  }
  G.pools.forEach(function (one) {
    var part = byId("pool-charts").appendChild(make("div", "pool")), head = part.appendChild(make("h3", "", one.name === one.id ? one.id : one.name + "（" + one.id + "）"));
    head.title = one.id;
    var places = part.appendChild(make("div", "small-charts"));
    one.curves.forEach(function (each) { chart(places, each.resource, peak(each.held, each.capacity), function () { return curve(each); }); });
  });
  G.teams.forEach(function (team) {
    chart(byId("team-charts"), team.name, peak(team.used, team.periods.map(function (period) { return period[2]; })), function () { return load(team); });
  });
  charts.push({ at: byId("chart-progress"), option: progress, drawn: null });
  document.documentElement.classList.add("drawn"); // shows the places, so that they have a width

  function paint(one) {
    if (!one.drawn) { one.drawn = echarts.init(one.at, null, { renderer: "svg", locale: document.documentElement.lang === "en" ? "EN" : "ZH" }); }
    one.drawn.setOption(one.option(), true);
    var drawing = one.at.querySelector("svg"); // with a view box it can shrink on paper
    if (drawing) { drawing.setAttribute("viewBox", "0 0 " + one.drawn.getWidth() + " " + one.drawn.getHeight()); }
  }
  var watcher = new IntersectionObserver(function (seen) {
    seen.forEach(function (entry) {
      if (!entry.isIntersecting) { return; }
      watcher.unobserve(entry.target);
      paint(charts.find(function (one) { return one.at === entry.target; }));
    });
  }, { rootMargin: "300px" });
  charts.forEach(function (one) { watcher.observe(one.at); });
  function again() { charts.forEach(function (one) { if (one.drawn) { paint(one); } }); }
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);

  // --- window and paper ---------------------------------------------------------------------------------------------------

  window.addEventListener("resize", function () {
    if (window.matchMedia("print").matches) { return; }
    drawn.first = -1;
    draw();
    charts.forEach(function (one) { if (one.drawn) { one.drawn.resize(); } });
    again();
  });
  var shut = [], keptItems = null, MOST_PRINTED = 1500; // rows on paper: about 50 pages
  window.addEventListener("beforeprint", function () { // on paper every row is there, every part is open, every chart drawn
    charts.forEach(paint);
    shut = Array.from(document.querySelectorAll("details:not([open])"));
    shut.forEach(function (one) { one.open = true; });
    drawn.whole = true;
    if (items.length > MOST_PRINTED) { keptItems = items; items = items.filter(function (item) { return typeof item !== "number"; }); }
    byId("cut-short").hidden = keptItems === null;
    place(0, items.length);
  });
  window.addEventListener("afterprint", function () {
    shut.forEach(function (one) { one.open = false; });
    if (keptItems) { items = keptItems; keptItems = null; }
    byId("cut-short").hidden = true;
    drawn.whole = false;
    drawn.first = -1;
    draw();
  });

  body.appendChild(above);
  body.appendChild(below);
  rebuild();
}());
