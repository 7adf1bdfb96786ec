//! `rolewright preview`: without the page it says how to get it; with it, it serves to this machine alone.

mod support;

#[cfg(not(feature = "preview"))]
#[test]
fn a_program_without_the_page_tells_how_to_get_it() {
    let run = support::run(&["preview", "policies/docker.yaml"]).exits(2);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert!(run.err.contains("cargo xtask web") && run.err.contains("--features preview"), "{}", run.err);
}

#[cfg(feature = "preview")]
mod served {
    use super::support::{Folder, home, run};
    use serde_json::Value as Json;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpStream;
    use std::process::{Child, Command, Stdio};

    /// A running preview; it ends with the test.
    struct Preview {
        child: Child,
        address: String,
        token: Option<String>,
    }

    impl Drop for Preview {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    fn start(arguments: &[&str]) -> Preview {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rolewright"))
            .args([&["preview", "--no-open", "--port", "0"], arguments].concat())
            .current_dir(home())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut link = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut link).unwrap();
        let rest = link.trim().strip_prefix("http://").unwrap_or_else(|| panic!("no link: {link:?}"));
        let (address, fragment) = rest.split_once('/').unwrap();
        let token = fragment.strip_prefix("#given=").map(str::to_owned);
        Preview { child, address: address.to_owned(), token }
    }

    impl Preview {
        /// Status line and headers in small letters, and the content.
        fn ask(&self, method: &str, path: &str, host: &str) -> (String, Vec<u8>) {
            let mut stream = TcpStream::connect(&self.address).unwrap();
            write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
            let mut all = Vec::new();
            stream.read_to_end(&mut all).unwrap();
            let end = all.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
            (String::from_utf8_lossy(&all[..end]).to_lowercase(), all[end + 4..].to_vec())
        }

        fn get(&self, path: &str) -> (String, Vec<u8>) {
            self.ask("GET", path, &self.address)
        }

        fn given(&self) -> Json {
            let (head, content) = self.get(&format!("/given-{}.json", self.token.as_ref().unwrap()));
            assert!(head.starts_with("http/1.1 200"), "{head}");
            serde_json::from_slice(&content).unwrap()
        }
    }

    #[test]
    fn the_page_is_served_with_its_policy() {
        let preview = start(&[]);
        assert_eq!(preview.token, None);
        let (head, content) = preview.get("/");
        assert!(head.starts_with("http/1.1 200") && head.contains("content-type: text/html"), "{head}");
        let stated = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";
        assert!(head.contains(stated) && head.contains("frame-ancestors 'none'"), "{head}");
        assert!(String::from_utf8_lossy(&content).contains("Rolewright"));
        for (file, kind) in [("main.js", "text/javascript"), ("rolewright.wasm", "application/wasm"), ("style.css?x", "text/css")] {
            let (head, content) = preview.get(&format!("/{file}"));
            assert!(head.contains(&format!("content-type: {kind}")) && !content.is_empty(), "{file}: {head}");
        }
    }

    #[test]
    fn other_names_paths_and_methods_are_refused() {
        let preview = start(&["policies/docker.yaml"]);
        let port = preview.address.split_once(':').unwrap().1;
        let status = |method, path, host: &str| preview.ask(method, path, host).0.split_whitespace().nth(1).unwrap_or_default().to_owned();
        assert_eq!(status("GET", "/", &format!("localhost:{port}")), "200");
        assert_eq!(status("HEAD", "/", &preview.address), "200");
        for host in [format!("evil.example:{port}"), "evil.example".to_owned(), "127.0.0.1".to_owned()] {
            assert_eq!(status("GET", "/", &host), "421", "{host}");
        }
        for path in ["/../Cargo.toml", "/..%2fCargo.toml", "//etc/passwd", "/given.json", "/given-.json", "/nosuch"] {
            assert_eq!(status("GET", path, &preview.address), "404", "{path}");
        }
        assert_eq!(status("POST", "/", &preview.address), "405");
    }

    #[test]
    fn policy_and_users_are_handed_over() {
        let preview = start(&["policies/docker-okta.yaml", "--users", "examples/csv/users.csv", "examples/graph/users.json"]);
        let given = preview.given();
        assert!(given["policy"].as_str().unwrap().contains("policy: docker-okta"));
        assert!(given["bases"]["docker.yaml"].as_str().unwrap().contains("policy: docker"));
        let names: Vec<&str> = given["documents"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["users.csv", "users.json"]);
    }

    #[test]
    fn a_policy_with_errors_is_handed_over_too() {
        let folder = Folder::new();
        let path = folder.path().join("broken.yaml");
        std::fs::write(&path, "rolewright: 1\nnonsense: [\n").unwrap();
        let preview = start(&[path.to_str().unwrap()]);
        assert!(preview.given()["policy"].as_str().unwrap().contains("nonsense"));
    }

    #[test]
    fn what_cannot_be_read_ends_the_command() {
        let run = run(&["preview", "nosuch.yaml", "--no-open"]).exits(2);
        assert!(run.err.contains("nosuch.yaml: there is no such file"), "{}", run.err);
    }
}
