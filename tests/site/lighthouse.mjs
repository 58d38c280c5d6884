// Lighthouse on a phone: `node lighthouse.mjs <site> <browser> <flag>,... <category>,... <page>...`.
// Prints one line of JSON for each page: its scores, what cost it points, and how fast the machine
// was just then. All pages share one browser, with a fresh profile for each, and a server that packs
// what it sends, as real ones do.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { gzipSync } from "node:zlib";
import * as launcher from "chrome-launcher";
import lighthouse from "lighthouse";

const [site, browser, flags, categories, ...pages] = process.argv.slice(2);
const CATEGORIES = categories.split(",");
const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript",
  ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png",
  ".woff": "font/woff", ".woff2": "font/woff2", ".txt": "text/plain",
};
// Where speed does not count, nothing is slowed down and nothing waited for.
const AT_ONCE = {
  throttlingMethod: "provided", pauseAfterFcpMs: 0, pauseAfterLoadMs: 0,
  networkQuietThresholdMs: 0, cpuQuietThresholdMs: 0,
};

const server = createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://here").pathname));
  try {
    const data = await readFile(join(site, path));
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    const packed = /text|json|javascript|svg/.test(type);
    response.writeHead(200, {
      "Content-Type": type,
      "Cache-Control": "max-age=86400",
      ...(packed && { "Content-Encoding": "gzip" }),
    });
    response.end(packed ? gzipSync(data) : data);
  } catch {
    response.writeHead(404, { "Content-Type": "text/plain" });
    response.end();
  }
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const address = `http://127.0.0.1:${server.address().port}`;

const chrome = await launcher.launch({ chromePath: browser, chromeFlags: flags.split(",") });
try {
  for (const page of pages) {
    const { lhr } = await lighthouse(`${address}/${page}.html`, {
      port: chrome.port, logLevel: "error", onlyCategories: CATEGORIES,
      disableFullPageScreenshot: true, ...(!CATEGORIES.includes("performance") && AT_ONCE),
    });
    const scores = Object.fromEntries(
      CATEGORIES.map((name) => [name, Math.round(100 * (lhr.categories[name].score ?? 0))]),
    );
    const lost = CATEGORIES.flatMap((name) => lhr.categories[name].auditRefs
      .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 0.9)
      .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ""}`.trim()));
    const speed = Math.round(lhr.environment.benchmarkIndex);
    console.log(JSON.stringify({ page, scores, lost, speed }));
  }
} finally {
  await chrome.kill();
  server.close();
}
