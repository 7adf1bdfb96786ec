import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
export const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".wasm": "application/wasm" };

/** Serves the page under a sub-path, as any host of static files would. */
export async function serve() {
  const path = "/some/where/";
  const given = new Map();
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://localhost");
    const name = url.pathname.slice(path.length);
    const file = url.pathname.startsWith(path) ? join(root, "target/web", name === "" || name.endsWith("/") ? `${name}index.html` : name) : "";
    if (given.has(name)) return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(given.get(name)));
    if (!file || url.pathname.includes("..") || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  /** What else is served, as the program does. */
  const give = (name, content) => (content === undefined ? given.delete(name) : given.set(name, content));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}${path}`, give, close: () => server.close() };
}
