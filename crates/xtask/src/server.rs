//! A static file server for the page, on this machine only, with the headers the page is to be served with anywhere.
//!
//! It is our own so that the headers are under test together with the page. It is not a server for the internet.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};

use crate::{headers, page};

const TYPES: &[(&str, &str)] = &[
    ("css", "text/css; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("woff2", "font/woff2"),
];

/// A request's head is short; more than this is no browser.
const LONGEST_HEAD: u64 = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    folder: PathBuf,
}

impl Server {
    /// Port 0 takes any free one.
    pub(crate) fn bind(folder: &Path, port: u16) -> Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .with_context(|| format!("cannot serve on port {port} of 127.0.0.1; another program may be using it: try `--port 0`"))?;
        Ok(Self {
            listener,
            folder: folder.to_owned(),
        })
    }

    pub(crate) fn address(&self) -> Result<String> {
        Ok(format!("http://{}/", self.listener.local_addr()?))
    }

    /// Serves until the process ends.
    pub(crate) fn run(self) {
        for stream in self.listener.incoming().flatten() {
            let folder = self.folder.clone();
            // A connection that breaks is the browser's business: it asks again.
            thread::spawn(move || converse(&stream, &folder).ok());
        }
    }

    pub(crate) fn run_in_background(self) {
        thread::spawn(move || self.run());
    }
}

/// Answers requests on one connection until the browser closes it.
fn converse(stream: &TcpStream, folder: &Path) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read_request(&mut reader)? {
        let answer = answer(folder, &request);
        let mut writer = stream;
        writer.write_all(&answer.bytes(request.method != "HEAD"))?;
        if request.last {
            break;
        }
    }
    Ok(())
}

#[derive(Debug)]
struct Request {
    method: String,
    path: String,
    /// Brotli can be read.
    brotli: bool,
    /// No other request follows on this connection.
    last: bool,
}

fn read_request(reader: &mut BufReader<&TcpStream>) -> Result<Option<Request>> {
    let mut head = reader.take(LONGEST_HEAD);
    let mut line = String::new();
    if head.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        brotli: false,
        last: false,
    };
    loop {
        line.clear();
        if head.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            return Ok(Some(request));
        }
        request.brotli |= header
            .strip_prefix("accept-encoding:")
            .is_some_and(|all| all.split(',').any(|one| one.trim() == "br"));
        // A body is never wanted, so a request that announces one ends the conversation.
        request.last |= header == "connection: close"
            || header.starts_with("content-length:")
            || header.starts_with("transfer-encoding:");
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: &'static str,
    mime: &'static str,
    headers: Vec<(&'static str, String)>,
    /// Whether `body` is the file under brotli.
    brotli: bool,
    body: Vec<u8>,
}

impl Answer {
    fn sentence(status: &'static str, sentence: &str) -> Self {
        Self {
            status,
            mime: "text/plain; charset=utf-8",
            headers: headers_of("", page::POLICY),
            brotli: false,
            body: sentence.as_bytes().to_vec(),
        }
    }

    fn bytes(&self, with_body: bool) -> Vec<u8> {
        let mut head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n",
            self.status,
            self.mime,
            self.body.len(),
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.brotli {
            head.push_str("Content-Encoding: br\r\n");
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        if with_body {
            bytes.extend_from_slice(&self.body);
        }
        bytes
    }
}

fn answer(folder: &Path, request: &Request) -> Answer {
    if request.method != "GET" && request.method != "HEAD" {
        return Answer::sentence("405 Method Not Allowed", "this server only gives files\n");
    }
    let Some(name) = file_name(&request.path) else {
        return Answer::sentence("404 Not Found", "there is no such file\n");
    };
    let file = folder.join(&name);
    let packed = request
        .brotli
        .then(|| fs::read(page::packed(&file)).ok())
        .flatten();
    let brotli = packed.is_some();
    let Some(body) = packed.or_else(|| fs::read(&file).ok()) else {
        return Answer::sentence("404 Not Found", "there is no such file\n");
    };
    let page = fs::read_to_string(folder.join("index.html")).unwrap_or_default();
    Answer {
        status: "200 OK",
        mime: mime(&name),
        headers: headers_of(&name, page::policy_of(&page).unwrap_or(page::POLICY)),
        brotli,
        body,
    }
}

fn headers_of(name: &str, policy: &str) -> Vec<(&'static str, String)> {
    headers::of(name, policy)
        .into_iter()
        .map(|(name, value)| (name, value.to_owned()))
        .collect()
}

/// The file that a request's path names inside the folder. Parts that climb, hide or escape (`..`, `.git`, `%2e`) name no file of a page.
fn file_name(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = if path.is_empty() { "index.html" } else { path };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    path.split('/').all(plain).then(|| path.to_owned())
}

fn mime(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    TYPES
        .iter()
        .find(|(known, _)| Some(*known) == extension)
        .map_or("application/octet-stream", |(_, mime)| mime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame;

    fn get(folder: &Path, path: &str) -> Answer {
        answer(
            folder,
            &Request {
                method: "GET".to_owned(),
                path: path.to_owned(),
                brotli: true,
                last: true,
            },
        )
    }

    #[test]
    fn files_are_given_with_their_type_and_the_headers() {
        let folder =
            std::env::temp_dir().join(format!("undeny-server-test-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let policy = "default-src 'none'; style-src 'sha384-x'";
        let html = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        fs::write(folder.join("index.html"), &html).unwrap();
        fs::write(folder.join("undeny-web-6b1f17990a4b3f4f_bg.wasm"), "wasm").unwrap();
        fs::write(folder.join(frame::PAGE), "<p>frame</p>").unwrap();

        let page = get(&folder, "/?example=1");
        assert_eq!(
            (page.status, page.mime),
            ("200 OK", "text/html; charset=utf-8")
        );
        let bytes = String::from_utf8(page.bytes(true)).unwrap();
        for (name, value) in headers::of("index.html", policy) {
            assert!(bytes.contains(&format!("{name}: {value}\r\n")), "{bytes}");
        }
        assert!(bytes.ends_with(&format!("\r\n\r\n{html}")), "{bytes}");

        assert_eq!(
            get(&folder, "/assistant.html").headers,
            headers_of(frame::PAGE, policy)
        );
        let wasm = get(&folder, "/undeny-web-6b1f17990a4b3f4f_bg.wasm");
        assert_eq!(wasm.mime, "application/wasm");
        assert_eq!(
            wasm.headers,
            headers_of("undeny-web-6b1f17990a4b3f4f_bg.wasm", policy)
        );
        assert!(!wasm.brotli);
        fs::write(
            page::packed(&folder.join("undeny-web-6b1f17990a4b3f4f_bg.wasm")),
            "packed",
        )
        .unwrap();
        let packed = get(&folder, "/undeny-web-6b1f17990a4b3f4f_bg.wasm");
        assert_eq!((packed.mime, &packed.headers), (wasm.mime, &wasm.headers));
        let bytes = String::from_utf8(packed.bytes(true)).unwrap();
        assert!(
            bytes.contains("\r\nContent-Encoding: br\r\n")
                && bytes.contains("\r\nVary: Accept-Encoding\r\n")
                && bytes.ends_with("\r\n\r\npacked"),
            "{bytes}"
        );
        assert_eq!(get(&folder, "/nothing.js").status, "404 Not Found");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in [
            "/../Cargo.toml",
            "/a/../../b",
            "/%2e%2e/x",
            "//etc/passwd",
            "/.git/config",
            "/a\\..\\b",
            "etc/passwd",
        ] {
            assert_eq!(file_name(path), None, "{path}");
        }
        assert_eq!(file_name("/").as_deref(), Some("index.html"));
        assert_eq!(
            file_name("/fonts/a.woff2").as_deref(),
            Some("fonts/a.woff2")
        );
    }
}
