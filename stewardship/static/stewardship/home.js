// Fills the home page from the counts that came with it, and again every second while somebody looks.
"use strict";

(() => {
  const at = (id) => document.getElementById(id);
  const number = (value) => Number(value).toLocaleString("en");
  const percent = (part, whole) => (whole ? (100 * part) / whole : 0);
  const title = (word) => word.charAt(0).toUpperCase() + word.slice(1);

  // Everything is set as text: no name of a source can become markup.
  const make = (tag, attributes, ...inside) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...inside.filter((one) => one !== null));
    return node;
  };
  const fill = (id, ...nodes) => at(id).replaceChildren(...nodes);
  const bar = (parts, slim) => {
    const track = make("div", { class: slim ? "bar slim" : "bar" });
    for (const [share, kind] of parts) {
      const piece = make("i", { class: kind });
      piece.style.width = `${share}%`;
      track.append(piece);
    }
    return track;
  };

  const since = (moment) => {
    const seconds = Math.max(0, Math.round((Date.now() - new Date(moment)) / 1000));
    if (seconds < 5) return "just now";
    if (seconds < 90) return `${seconds} s ago`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
    return new Date(moment).toLocaleString("en");
  };

  const stage = (counts) => {
    const demo = counts.demo || {};
    const done = Boolean(demo.summary);
    const moving = counts.last && Date.now() - new Date(counts.last) < 15000;
    const text = done ? "Every record has found its place" : demo.stage || (counts.due ? "Resolving records" : counts.records ? "At rest" : "Waiting for records");
    at("stage").textContent = text;
    at("pulse").className = done || (!demo.stage && counts.records && !moving) ? "done" : demo.stage || moving ? "on" : "";
    const total = (demo.stages || []).reduce((sum, one) => sum + one.seconds, 0);
    const last = counts.last ? `last change ${since(counts.last)}` : "nothing has changed yet";
    at("since").textContent = done && total ? `${total.toFixed(0)} seconds in all · ${last}` : last;
    fill("stages", ...(demo.stages || []).map((one) => make("li", {}, one.name, " ", make("b", {}, `${one.seconds.toFixed(1)} s`))));
  };

  const numbers = (counts) => {
    const golden = counts.golden.reduce((sum, one) => sum + one.count, 0);
    const duplicates = counts.golden.reduce((sum, one) => sum + one.duplicates, 0);
    const figures = [
      [counts.records, counts.due ? `records, ${number(counts.due)} waiting` : "records", ""],
      [golden, "golden records", "gold"],
      [duplicates, "duplicates found", ""],
      [counts.review, counts.quarantined ? `questions for people, ${number(counts.quarantined)} refused` : "questions for people", ""],
      [counts.events, "events told", ""],
    ];
    fill("numbers", ...figures.map(([value, text, kind]) => make("div", { class: kind }, make("b", {}, number(value)), make("span", {}, text))));
  };

  const sources = (counts) => {
    const most = Math.max(1, ...counts.sources.map((one) => one.records));
    const rows = [];
    let before = "";
    for (const one of counts.sources) {
      if (one.source !== before) {
        const sum = counts.sources.filter((other) => other.source === one.source).reduce((all, other) => all + other.records, 0);
        rows.push(make("div", { class: "group" }, make("span", {}, one.name), make("span", {}, number(sum))));
        before = one.source;
      }
      rows.push(
        make("div", { class: "row" }, make("div", { class: "name" }, make("small", {}, one.object_type)), bar([[percent(one.records, most), one.domain]]), make("div", { class: "count" }, number(one.records))),
      );
    }
    fill("sources", ...(rows.length ? rows : [make("p", {}, "No source is known yet.")]));
  };

  const golden = (counts) => {
    const most = Math.max(1, ...counts.golden.map((one) => one.records));
    fill(
      "golden",
      ...counts.golden.flatMap((one) => [
        make("div", { class: "row" }, make("div", { class: "name" }, make("b", {}, `${title(one.domain)}s`)), bar([[percent(one.count, most), one.domain]]), make("div", { class: "count" }, number(one.count))),
        make("div", { class: "sub" }, `from ${number(one.records)} records; ${number(one.joined)} of them share a golden record`),
      ]),
    );
  };

  const destinations = (counts) => {
    const rows = counts.destinations.map((one) => {
      const name = one.url ? make("a", { href: one.url }, one.name) : make("b", {}, one.name);
      const share = [[percent(one.acknowledged, one.total), "heard"], [percent(one.dead, one.total), "dead"]];
      return [
        make("div", { class: "row" }, make("div", { class: "name" }, name), bar(share), make("div", { class: "count" }, number(one.acknowledged))),
        make("div", { class: "sub" }, `acknowledged of ${number(one.total)}${one.dead ? `; ${number(one.dead)} dead letters` : ""}`),
      ];
    });
    fill("destinations", ...(rows.length ? rows.flat() : [make("p", {}, "No destination is set up yet.")]));
    const platforms = new Map(counts.sources.filter((one) => one.url).map((one) => [one.name, one.url]));
    fill("platforms", ...[...platforms].map(([name, url]) => make("a", { href: url }, name)));
  };

  const activity = (counts) => {
    fill(
      "activity",
      ...counts.activity.map((one) =>
        make("li", {}, make("time", { datetime: one.at }, new Date(one.at).toLocaleTimeString("en-GB")), make("span", {}, make("b", {}, one.action), ` · ${one.cause} · ${one.actor}`)),
      ),
    );
  };

  const NAIVE = { customer: "equal e-mail, phone or tax id", product: "equal GTIN or part number" };

  const measure = (name, ours, naive, kind) =>
    make(
      "div",
      { class: "measure" },
      make("span", { class: "label" }, name),
      bar([[100 * ours, kind]]),
      make("span", { class: "value" }, ours.toFixed(3)),
      bar([[100 * naive, "naive"]], true),
      make("span", { class: "value naive" }, naive.toFixed(3)),
    );

  const story = (one) =>
    make(
      "div",
      { class: "story" },
      make("a", { href: one.url }, one.title),
      make("p", {}, one.text, one.watch ? " " : null, one.watch ? make("a", { href: one.watch }, "The page to watch") : null),
    );

  const summary = (counts) => {
    const demo = counts.demo || {};
    at("summary").hidden = !demo.summary;
    if (!demo.summary) return;
    const cards = Object.entries(demo.summary.domains || {}).map(([domain, one]) =>
      make(
        "div",
        { class: "card quality" },
        make("div", { class: "lead" }, make("b", {}, `${title(domain)}s`), make("span", {}, `${number(one.records)} records → ${number(one.golden_records)} golden · ${one.review_tasks_per_100} questions per 100`)),
        ...["precision", "recall", "f1"].map((name) => measure(name === "f1" ? "F1" : title(name), one.aurum[name], one.naive[name], domain)),
        make("div", { class: "legend" }, make("span", {}, make("i", { class: domain }), "Aurum"), make("span", {}, make("i", { class: "naive" }), `naive: ${NAIVE[domain] || "equal identifiers"}`)),
      ),
    );
    const stories = make("div", { class: "stories" }, ...(demo.links || []).map(story));
    const wrong = (demo.problems || []).length ? make("div", { class: "problems" }, ...demo.problems.map((text) => make("p", {}, text))) : null;
    fill("summary", ...[...cards, stories, wrong].filter(Boolean));
  };

  const access = (counts) => {
    const demo = counts.demo || {};
    at("access").hidden = !(demo.logins || demo.curl);
    if (demo.logins) {
      const rows = demo.logins.map((one) => make("tr", {}, make("td", {}, make("b", {}, one.name)), make("td", {}, make("code", {}, one.password)), make("td", {}, one.may)));
      fill("logins", make("table", {}, make("tbody", {}, ...rows)));
    }
    if (demo.curl) {
      const said = typeof demo.curl_answer === "string" ? demo.curl_answer : JSON.stringify(demo.curl_answer, null, 2);
      fill("curl", make("pre", {}, make("b", {}, `$ ${demo.curl}`), `\n${said}`));
    }
  };

  const show = (counts) => {
    for (const part of [stage, numbers, summary, sources, golden, destinations, activity, access]) part(counts);
  };

  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(document.body.dataset.live, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      show(await answer.json());
    } catch {
      at("pulse").className = "lost";
      at("since").textContent = "The hub does not answer; trying again every second.";
    }
  };

  show(JSON.parse(at("counts").textContent));
  let looking = false;
  setInterval(() => {
    if (looking) return;
    looking = true;
    look().finally(() => (looking = false));
  }, 1000);
})();
