//! HTTP by hand, for requests that no client would send.

use std::net::SocketAddr;

use eyre::{Context, OptionExt, Result};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Reads the body as JSON.
    ///
    /// # Errors
    /// When it is not.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).wrap_err_with(|| format!("not JSON: {self:?}"))
    }
}

/// Posts a body as JSON, whatever it is.
///
/// # Errors
/// When there is no answer.
pub async fn post(server: SocketAddr, body: &str) -> Result<Answer> {
    request(server, "POST", body).await
}

/// Posts one call and returns the whole response object.
///
/// # Errors
/// When there is no answer, or none in JSON.
pub async fn call(server: SocketAddr, method: &str, params: Value) -> Result<Value> {
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    post(server, &request.to_string()).await?.json()
}

/// Sends a request on a connection of its own.
///
/// # Errors
/// When there is no answer.
pub async fn request(server: SocketAddr, method: &str, body: &str) -> Result<Answer> {
    let length = body.len();
    let head = format!(
        "{method} / HTTP/1.1\r\nhost: {server}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n"
    );
    let (mut reader, mut writer) = TcpStream::connect(server).await?.into_split();
    let sent = async move {
        writer.write_all(head.as_bytes()).await?;
        writer.write_all(body.as_bytes()).await?;
        std::io::Result::Ok(writer)
    };
    let mut answer = Vec::new();
    // A server that refuses a body may answer and hang up before it has read all of it.
    let (_unread, received) = tokio::join!(sent, reader.read_to_end(&mut answer));
    if answer.is_empty() {
        received?;
    }
    parse(&String::from_utf8_lossy(&answer))
}

fn parse(answer: &str) -> Result<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_eyre("an answer without head")?;
    let status = head.split(' ').nth(1).ok_or_eyre("an answer without status")?.parse()?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    Ok(Answer { status, body: if chunked { join_chunks(body)? } else { body.into() } })
}

fn join_chunks(mut body: &str) -> Result<String> {
    let mut joined = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16)?;
        if size == 0 {
            break;
        }
        joined.push_str(rest.get(..size).ok_or_eyre("a chunk is cut short")?);
        body = rest.get(size + 2..).ok_or_eyre("a chunk has no end")?;
    }
    Ok(joined)
}
