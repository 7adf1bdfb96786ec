//! A server of the page for this machine: it listens on 127.0.0.1 and answers to that name only, so that no other
//! site can make a browser read from it by pointing a name of its own here (DNS rebinding).

use serde_json::Value as Json;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use tiny_http::{Header, Method, Request, Response};

/// The page's files by their paths.
static PAGE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Taken where it is free: browsers keep drafts by host and port, so that the same port finds them again.
const USUAL_PORT: u16 = 4760;

/// By the end of a file's name.
const TYPES: [(&str, &str); 6] = [
    (".html", "text/html; charset=utf-8"),
    (".js", "text/javascript; charset=utf-8"),
    (".css", "text/css; charset=utf-8"),
    (".svg", "image/svg+xml"),
    (".wasm", "application/wasm"),
    (".json", "application/json"),
];

pub(super) struct Server {
    http: tiny_http::Server,
    hosts: [String; 2],
    link: String,
    /// What the command line gave, under a path that nobody else on this machine can guess.
    given: Option<(String, Vec<u8>)>,
}

impl Server {
    /// Listens on a port, or where none is wished on the usual or any other.
    pub(super) fn bind(port: Option<u16>, given: Option<Json>) -> Result<Server, String> {
        let listen = |port| tiny_http::Server::http(("127.0.0.1", port));
        let http = match port {
            Some(port) => listen(port).map_err(|error| format!("port {port} cannot be used: {error}"))?,
            None => listen(USUAL_PORT).or_else(|_| listen(0)).map_err(|error| format!("no port can be used: {error}"))?,
        };
        let port = http.server_addr().to_ip().map(|address| address.port()).unwrap_or_default();
        let token = format!("{:016x}{:016x}", random(), random());
        let given = given.map(|given| (format!("given-{token}.json"), given.to_string().into_bytes()));
        let fragment = if given.is_some() { format!("#given={token}") } else { String::new() };
        let hosts = ["127.0.0.1", "localhost"].map(|host| format!("{host}:{port}"));
        Ok(Server { http, link: format!("http://{}/{fragment}", hosts[0]), hosts, given })
    }

    pub(super) fn link(&self) -> &str {
        &self.link
    }

    /// Answers until the system stops it; tells why it did.
    pub(super) fn run(&self) -> String {
        loop {
            match self.http.recv() {
                Ok(request) => self.answer(request),
                Err(error) => return format!("the server stopped: {error}"),
            }
        }
    }

    fn answer(&self, request: Request) {
        let host = request.headers().iter().find(|header| header.field.equiv("Host")).map(|header| header.value.as_str().to_owned());
        let known = host.is_some_and(|host| self.hosts.contains(&host.to_ascii_lowercase()));
        let reads = matches!(request.method(), Method::Get | Method::Head);
        let (status, name, content) = match (known, reads) {
            (false, _) => (421, ".txt", &b"This server answers to 127.0.0.1 only."[..]),
            (_, false) => (405, ".txt", &b"This server is read only."[..]),
            _ => match self.file(request.url()) {
                Some((name, content)) => (200, name, content),
                None => (404, ".txt", &b"There is no such file."[..]),
            },
        };
        let mut response = Response::from_data(content).with_status_code(status).with_chunked_threshold(usize::MAX);
        for (field, value) in headers(name) {
            if let Ok(header) = Header::from_bytes(field, value) {
                response.add_header(header);
            }
        }
        // A browser that has gone away is no reason to stop.
        let _ = request.respond(response);
    }

    /// The file of a path, by its exact name: there is no way out of the table.
    fn file(&self, url: &str) -> Option<(&str, &[u8])> {
        let path = url.split(['?', '#']).next()?.strip_prefix('/')?;
        let index = format!("{path}index.html");
        let wanted = if path.is_empty() || path.ends_with('/') { index.as_str() } else { path };
        let given = self.given.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
        PAGE.iter().copied().chain(given).find(|(name, _)| *name == wanted)
    }
}

fn headers(name: &str) -> Vec<(&'static str, String)> {
    let kind = TYPES.iter().find(|(end, _)| name.ends_with(end)).map_or("text/plain; charset=utf-8", |(_, kind)| kind);
    vec![
        ("Content-Type", kind.to_owned()),
        // The page's own policy; a header holds for workers, too, and forbids frames, which a page cannot do itself.
        ("Content-Security-Policy", format!("{}; frame-ancestors 'none'", content_policy())),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Referrer-Policy", "no-referrer".to_owned()),
        ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
        ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
        ("Cache-Control", "no-cache".to_owned()),
    ]
}

/// The content security policy that the page states in its head.
fn content_policy() -> &'static str {
    let page = PAGE.iter().find(|(name, _)| *name == "index.html").and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
    let stated = page.and_then(|page| page.split_once("Content-Security-Policy\" content=\"")?.1.split_once('"'));
    stated.map_or("default-src 'none'", |(policy, _)| policy)
}

/// A number that follows from the system's randomness.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
