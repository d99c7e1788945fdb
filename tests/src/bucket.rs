//! A bucket of an emulator, read and written without the S3 client that is tested: plain requests, no signatures.

use crate::http::{Message, ask};
use crate::server::{REGION, Server};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    server: SocketAddr,
    name: String,
}

impl Bucket {
    /// Creates one on that server.
    ///
    /// # Errors
    /// What the server said.
    pub fn create(server: &Server, name: &str) -> Result<Self, String> {
        let bucket = Self { server: server.socket(), name: name.to_owned() };
        let place = format!(
            "<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>"
        );
        bucket.request("PUT", "", "", place.as_bytes())?;
        Ok(bucket)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes an object.
    ///
    /// # Errors
    /// What the server said.
    pub fn put(&self, key: &str, bytes: &[u8]) -> Result<(), String> {
        self.request("PUT", key, "", bytes).map(|_| ())
    }

    /// An object; nothing when it is not there.
    ///
    /// # Errors
    /// What the server said.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, String> {
        self.request("GET", key, "", &[]).map(|answer| answer.map(|answer| answer.body))
    }

    /// Removes an object.
    ///
    /// # Errors
    /// What the server said.
    pub fn delete(&self, key: &str) -> Result<(), String> {
        self.request("DELETE", key, "", &[]).map(|_| ())
    }

    /// Keys of all objects below a prefix, in order.
    ///
    /// # Errors
    /// What the server said.
    pub fn list(&self, prefix: &str) -> Result<Vec<String>, String> {
        let mut keys = Vec::new();
        let mut token = String::new();
        loop {
            let query = format!("?list-type=2&prefix={}{token}", escaped(prefix, false));
            let answer = self.request("GET", "", &query, &[])?.unwrap_or_default();
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            keys.extend(elements(&text, "Key"));
            match elements(&text, "NextContinuationToken").first() {
                Some(next) => token = format!("&continuation-token={}", escaped(next, false)),
                None => break,
            }
        }
        keys.sort();
        Ok(keys)
    }

    /// Copies all objects below a prefix into a folder, which then holds nothing else. Objects that went away between
    /// the list and the copy are left out.
    ///
    /// # Errors
    /// What the server said, or the disk.
    pub fn mirror(&self, prefix: &str, folder: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(failed)?;
        }
        for key in self.list(prefix)? {
            let Some(bytes) = self.get(&key)? else { continue };
            let path = folder.join(key.strip_prefix(prefix).unwrap_or(&key));
            fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(failed)?;
            fs::write(path, bytes).map_err(failed)?;
        }
        Ok(())
    }

    fn request(&self, method: &str, key: &str, query: &str, body: &[u8]) -> Result<Option<Message>, String> {
        let target = format!("/{}/{}{query}", self.name, escaped(key, true));
        let target = if key.is_empty() { target.replacen("/?", "?", 1) } else { target };
        // moto hands out nothing to strangers, and believes whoever says that he is none.
        let credentials = format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/s3/aws4_request, SignedHeaders=host, Signature=0"
        );
        let request = Message::new(format!("{method} {target} HTTP/1.1"), body)
            .with("Host", self.server.to_string())
            .with("Content-Type", "application/octet-stream")
            .with("Authorization", credentials);
        let answer = ask(self.server, &request).map_err(|error| format!("{method} {target}: {error}"))?;
        match answer.status() {
            200..300 => Ok(Some(answer)),
            404 if method == "GET" => Ok(None),
            _ => {
                let body = String::from_utf8_lossy(&answer.body);
                Err(format!("{method} {target}: {}\n{body}", answer.start))
            }
        }
    }
}

/// Text for a path or a query.
fn escaped(text: &str, slashes: bool) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (slashes && byte == b'/');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Contents of all elements of that name.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(&open).skip(1).filter_map(|part| part.split_once(&close));
    parts.map(|(text, _)| text.replace("&quot;", "\"").replace("&amp;", "&")).collect()
}
