// Draws /openapi.json. All texts are set as text, never as markup.
const el = (tag, cls, ...kids) => {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  e.append(...kids.filter((k) => k !== undefined && k !== null));
  return e;
};
const name = (ref) => ref.split("/").pop();

// typeOf is a schema in a few words; objects are opened one level by fields.
const typeOf = (s) => {
  if (!s) return "";
  if (s.$ref) return name(s.$ref);
  if (s.type === "array") return typeOf(s.items) + "[]";
  let t = Array.isArray(s.type) ? s.type.join(" | ") : s.type || "any";
  if (s.format) t += ` (${s.format})`;
  if (s.enum) t += ": " + s.enum.join(" | ");
  const range = [s.minimum ?? s.minLength ?? s.minItems, s.maximum ?? s.maxLength ?? s.maxItems];
  if (range.some((x) => x !== undefined)) t += ` [${range[0] ?? ""}…${range[1] ?? ""}]`;
  return t;
};
const table = (rows) => {
  const t = el("table", "", el("thead", "", el("tr", "", ...["字段 Field", "类型 Type", "说明 Meaning"].map((x) => el("th", "", x)))));
  t.append(el("tbody", "", ...rows.map((r) => el("tr", "", el("td", "", el("code", "", r[0])), el("td", "", el("code", "s", r[1])), el("td", "", r[2] || "")))));
  return t;
};
const fields = (doc, schema, prefix = "", depth = 0) => {
  const s = schema?.$ref ? doc.components.schemas[name(schema.$ref)] : schema;
  if (!s?.properties) return s ? [[prefix || "(body)", typeOf(schema), s.description]] : [];
  return Object.entries(s.properties).flatMap(([k, v]) => {
    const at = prefix + k;
    const inner = v.type === "array" ? v.items : v;
    const row = [at + ((s.required || []).includes(k) ? "" : "?"), typeOf(v), v.description];
    return depth < 3 && (inner?.$ref || inner?.properties) ? [row, ...fields(doc, inner, at + (v.type === "array" ? "[]." : "."), depth + 1)] : [row];
  });
};
const section = (title, rows) => (rows.length ? [el("h3", "", title), table(rows)] : []);
const body = (doc, op) => {
  const b = el("div", "b");
  if (op.description) b.append(el("p", "", op.description));
  b.append(...section("参数 Parameters", (op.parameters || []).map((p) => [`${p.in}: ${p.name}${p.required ? "" : "?"}`, typeOf(p.schema), p.description || p.schema?.description])));
  for (const [kind, c] of Object.entries(op.requestBody?.content || {})) b.append(...section(`请求 Request (${kind})`, fields(doc, c.schema)));
  for (const [status, r] of Object.entries(op.responses || {})) {
    if (+status >= 400 || status === "default") continue;
    for (const [kind, c] of Object.entries(r.content || {})) b.append(...section(`返回 Answer ${status} (${kind})`, fields(doc, c.schema)));
  }
  const bad = Object.keys(op.responses || {}).filter((s) => +s >= 400);
  if (bad.length) b.append(el("p", "s", "错误 Errors: " + bad.join(", ") + " (application/problem+json: code, zh, en, fields[])"));
  return b;
};
const draw = (doc, ops, q) => {
  const list = document.getElementById("list");
  const nav = document.getElementById("nav");
  list.replaceChildren();
  nav.replaceChildren();
  const hit = ops.filter((o) => (o.path + " " + o.op.operationId + " " + o.op.summary + " " + o.op["x-needs"]).toLowerCase().includes(q.toLowerCase()));
  document.getElementById("count").textContent = `${hit.length} / ${ops.length}`;
  for (const tag of [...new Set(hit.map((o) => o.op.tags?.[0] || ""))].sort()) {
    const mine = hit.filter((o) => (o.op.tags?.[0] || "") === tag);
    const h = el("h2", "", tag);
    h.id = "tag-" + tag;
    list.append(h);
    const a = el("a", "", tag, el("small", "", String(mine.length)));
    a.href = "#tag-" + tag;
    nav.append(a);
    for (const o of mine) {
      const d = el("details", "", el("summary", "", el("span", "m " + o.method, o.method), el("span", "", el("code", "", o.path), el("br"), el("span", "s", o.op.summary)), el("span", "n", o.op["x-needs"] || "")));
      d.addEventListener("toggle", () => d.open && d.children.length === 1 && d.append(body(doc, o.op)));
      list.append(d);
    }
  }
  if (!hit.length) list.append(el("p", "s", "没有匹配的接口 Nothing matches."));
};
fetch("/openapi.json")
  .then((r) => r.json())
  .then((doc) => {
    const ops = Object.entries(doc.paths).flatMap(([path, item]) => Object.entries(item).filter(([, op]) => op.operationId).map(([m, op]) => ({ path, method: m.toUpperCase(), op })));
    const q = document.getElementById("q");
    q.addEventListener("input", () => draw(doc, ops, q.value));
    draw(doc, ops, "");
  })
  .catch(() => (document.getElementById("list").textContent = "无法读取接口文档，请刷新 The document cannot be read; reload."));
