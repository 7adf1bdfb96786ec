// What each crate costs in the engine's files, by the names of their functions.

import { gzipSync } from "node:zlib";

/** Reads a number of the format. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

/** The sections of a module: kind, where it begins with its head, where its content does, where it ends. */
function* sections(bytes) {
  for (let at = 8; at < bytes.length; ) {
    const [size, from] = number(bytes, at + 1);
    yield { kind: bytes[at], head: at, from, to: from + size };
    at = from + size;
  }
}

const CUSTOM = 0, IMPORTS = 2, CODE = 10, DATA = 11;

/** A module without names and whatever else no engine reads. */
export function withoutNames(bytes) {
  const kept = [...sections(bytes)].filter((it) => it.kind !== CUSTOM).map((it) => bytes.subarray(it.head, it.to));
  return Buffer.concat([bytes.subarray(0, 8), ...kept]);
}

/** Skips the limits of a memory or table. */
function limits(bytes, at) {
  const upper = bytes[at] & 1;
  for (let count = 0, next = at + 1; ; count++) {
    if (count > upper) return next;
    [, next] = number(bytes, next);
  }
}

/** How many functions are imported: they are counted first. */
function imported(bytes, { from }) {
  let [count, at] = number(bytes, from);
  let functions = 0;
  for (; count > 0; count--) {
    for (let name = 0; name < 2; name++) {
      const [length, next] = number(bytes, at);
      at = next + length;
    }
    const kind = bytes[at++];
    if (kind === 0) functions++;
    if (kind === 0) [, at] = number(bytes, at);
    else if (kind === 1) at = limits(bytes, at + 1);
    else if (kind === 2) at = limits(bytes, at);
    else at += 2;
  }
  return functions;
}

/** The name of each function by its number. */
function names(bytes, { from, to }) {
  const found = new Map();
  const [length, after] = number(bytes, from);
  if (bytes.toString("latin1", after, after + length) !== "name") return found;
  for (let at = after + length; at < to; ) {
    const kind = bytes[at];
    let [size, next] = number(bytes, at + 1);
    at = next + size;
    if (kind !== 1) continue;
    let count;
    [count, next] = number(bytes, next);
    for (; count > 0; count--) {
      let index, length;
      [index, next] = number(bytes, next);
      [length, next] = number(bytes, next);
      found.set(index, bytes.toString("utf8", next, next + length));
      next += length;
    }
  }
  return found;
}

/** What works on the types of others, whose it then is. */
const GENERIC = ["core", "alloc", "std", "serde_core", "serde", "hashbrown", "indexmap"];

/** The crate that a function is there for: the first one in its name that is not generic. */
function crate(name) {
  const found = [];
  for (const match of name.matchAll(/C(?:s[0-9a-zA-Z]*_)?(\d+)_?/g)) {
    const begin = match.index + match[0].length;
    const word = name.slice(begin, begin + Number(match[1]));
    if (/^[a-z_]\w*$/.test(word)) found.push(word);
  }
  // What JavaScript calls has the name that it has there.
  return found.find((it) => !GENERIC.includes(it)) ?? (found.length > 0 ? "the standard library" : "rolewright_wasm");
}

/** A table of the crates by what their code takes in each file. */
export function costs(files) {
  const rows = new Map();
  for (const [file, bytes] of Object.entries(files)) {
    const all = [...sections(bytes)];
    const named = new Map(all.filter((it) => it.kind === CUSTOM).flatMap((it) => [...names(bytes, it)]));
    const before = all.filter((it) => it.kind === IMPORTS).reduce((sum, it) => sum + imported(bytes, it), 0);
    const put = (name, part) => {
      const row = rows.get(name) ?? {};
      (row[file] ??= []).push(part);
      rows.set(name, row);
    };
    for (const it of all) {
      if (it.kind === CODE) {
        let [count, at] = number(bytes, it.from);
        for (let index = before; count > 0; count--, index++) {
          const [size, next] = number(bytes, at);
          put(crate(named.get(index) ?? ""), bytes.subarray(at, next + size));
          at = next + size;
        }
      } else if (it.kind === DATA) put("data: texts, tables of Unicode, time zones", bytes.subarray(it.from, it.to));
      else if (it.kind !== CUSTOM) put("types, tables, imports and exports", bytes.subarray(it.from, it.to));
    }
  }
  const gzip = (parts) => (parts ? gzipSync(Buffer.concat(parts), { level: 9 }).length : 0);
  const sized = [...rows].map(([name, row]) => ({ name, sizes: Object.keys(files).map((file) => gzip(row[file])) }));
  const total = (row) => row.sizes.reduce((sum, it) => sum + it, 0);
  const SMALL = 2000;
  const large = sized.filter((row) => total(row) >= SMALL).sort((a, b) => total(b) - total(a));
  const small = sized.filter((row) => total(row) < SMALL);
  const others = { name: `${small.length} others`, sizes: Object.keys(files).map((_, at) => small.reduce((sum, row) => sum + row.sizes[at], 0)) };
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const written = [...large, others].map((row) => line([row.name, ...row.sizes.map((it) => it.toLocaleString("en"))]));
  return [line(["crate, gzip -9 of its part alone", ...Object.keys(files)]), line(["---", ...Object.keys(files).map(() => "---:")]), ...written].join("\n");
}
