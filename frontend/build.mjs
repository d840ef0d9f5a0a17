// Builds the panel's assets: `npm ci --ignore-scripts && node build.mjs` here writes
// ../cablegram/panel/static/dist. Files carry a hash of their content in their name, so that browsers may keep them for
// ever; manifest.json says which name stands for which file, and is written last.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, "node_modules");
const templates = path.join(here, "../cablegram/panel/templates");
const dist = path.join(here, "../cablegram/panel/static/dist");
const manifestFile = path.join(dist, "manifest.json");

// Only latin is fetched by every page; the rest comes when a page holds such a letter (unicode-range in app.css).
const FONTS = {
  "plex-sans.woff2": "@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2",
  "plex-sans-ext.woff2": "@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-ext-wght-normal.woff2",
  "plex-mono.woff2": "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2",
};

function filesUnder(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

function isUpToDate() {
  if (!fs.existsSync(manifestFile)) return false;
  const built = fs.statSync(manifestFile).mtimeMs;
  const sources = [...filesUnder(path.join(here, "src")), ...filesUnder(templates)];
  sources.push(path.join(here, "build.mjs"), path.join(here, "package-lock.json"));
  return sources.every((file) => fs.statSync(file).mtimeMs < built);
}

const manifest = {};

function put(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const { name: stem, ext } = path.parse(name);
  manifest[name] = `${stem}.${hash}${ext}`;
  fs.writeFileSync(path.join(dist, manifest[name]), content);
}

function buildFonts() {
  for (const [name, source] of Object.entries(FONTS)) put(name, fs.readFileSync(path.join(modules, source)));
}

function symbolOf(id, file) {
  const svg = fs.readFileSync(file, "utf8").replace(/<!--.*?-->/gs, "").replace(/<title>.*?<\/title>/s, "");
  const [, viewBox] = /viewBox="([^"]+)"/.exec(svg);
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${id}" viewBox="${viewBox}">${inner.trim().replace(/\s+/g, " ")}</symbol>`;
}

function buildIcons() {
  const names = fs.readFileSync(path.join(here, "src/icons.txt"), "utf8").split("\n").filter(Boolean);
  const used = filesUnder(templates).flatMap((file) =>
    [...fs.readFileSync(file, "utf8").matchAll(/\bicon\(["']([a-z0-9-]+)["']/g)].map((match) => match[1]));
  const missing = [...new Set(used)].filter((name) => !names.includes(name));
  if (missing.length) throw new Error(`icons used in a template but not in src/icons.txt: ${missing.join(", ")}`);
  const symbols = names.map((name) => symbolOf(`i-${name}`, path.join(modules, `lucide-static/icons/${name}.svg`)));
  symbols.push(symbolOf("wordmark", path.join(here, "src/wordmark.svg")));
  put("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
  put("favicon.svg", fs.readFileSync(path.join(here, "src/favicon.svg")));
}

function buildStyles() {
  const raw = path.join(dist, "app.css.tmp");
  const cli = path.join(modules, "@tailwindcss/cli/dist/index.mjs");
  const args = [cli, "--input", path.join(here, "src/app.css"), "--output", raw, "--minify"];
  execFileSync(process.execPath, args, { cwd: here, stdio: ["ignore", "ignore", "pipe"] });
  const css = fs.readFileSync(raw, "utf8").replace(/fonts\/([a-z-]+\.woff2)/g, (_, name) => manifest[name]);
  fs.rmSync(raw);
  put("app.css", css);
}

async function buildScripts() {
  const { build } = await import("esbuild");
  for (const name of ["app", "chart"]) {
    const result = await build({
      entryPoints: [path.join(here, `src/${name}.js`)],
      bundle: true, minify: true, write: false, format: "iife", target: "es2022", legalComments: "none",
    });
    put(`${name}.js`, result.outputFiles[0].contents);
  }
}

function sweep() {
  const kept = new Set([...Object.values(manifest), "manifest.json"]);
  for (const name of fs.readdirSync(dist)) if (!kept.has(name)) fs.rmSync(path.join(dist, name), { recursive: true });
}

if (isUpToDate()) {
  console.log("panel assets: up to date");
} else {
  fs.mkdirSync(dist, { recursive: true });
  const startedAt = new Date(); // a source saved while we build is newer than this
  buildFonts();
  buildIcons();
  buildStyles();
  await buildScripts();
  fs.writeFileSync(manifestFile, JSON.stringify(manifest, null, 1) + "\n");
  fs.utimesSync(manifestFile, startedAt, startedAt);
  sweep();
  console.log(`panel assets: ${Object.keys(manifest).length} files in ${Date.now() - startedAt} ms`);
}
