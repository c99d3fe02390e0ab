//! A server that answers each connection with the next of the scripts it is given, byte for byte, and that can fail in
//! every way a network can.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use loopwright_core::{BoxFuture, Clock};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What the server does with one connection, after it has read the request.
pub(crate) enum Script {
    /// Sends these pieces, flushed one by one, and closes.
    Send(Vec<Vec<u8>>),
    /// Says nothing and keeps the connection.
    Hang,
    /// Sends these pieces with so long a pause after each, and then does as it is told.
    Drip(Vec<Vec<u8>>, Duration, End),
    /// Sends this and closes, before it has read anything.
    Blurt(&'static [u8]),
}

/// How a connection ends that was begun.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// It is closed in good order.
    Close,
    /// It stays open and nothing more comes.
    Hang,
    /// It is torn down by a reset.
    Reset,
}

/// A request that the server has read.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// The server. Dropping it ends it.
pub(crate) struct Server {
    pub(crate) base_url: String,
    received: Arc<Mutex<Vec<Received>>>,
    _task: JoinSet<()>,
}

impl Server {
    pub(crate) async fn start(scripts: Vec<Script>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let log = received.clone();
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut hanging = vec![];
            for script in scripts {
                let (mut stream, _) = listener.accept().await.unwrap();
                if let Script::Blurt(bytes) = script {
                    let _ = stream.write_all(bytes).await;
                    continue;
                }
                // One who hangs up within its request wants no answer.
                let Some(request) = read(&mut stream).await else { continue };
                log.lock().unwrap().push(request);
                match script {
                    Script::Send(pieces) => {
                        for piece in pieces {
                            // The client may hang up first.
                            let _ = stream.write_all(&piece).await;
                            let _ = stream.flush().await;
                        }
                        let _ = stream.shutdown().await;
                    }
                    Script::Hang | Script::Blurt(_) => hanging.push(stream),
                    Script::Drip(pieces, pause, end) => {
                        for piece in pieces {
                            let _ = stream.write_all(&piece).await;
                            tokio::time::sleep(pause).await;
                        }
                        match end {
                            End::Close => drop(stream),
                            End::Hang => hanging.push(stream),
                            End::Reset => stream.set_zero_linger().unwrap(),
                        }
                    }
                }
            }
            std::future::pending::<()>().await;
        });
        Server { base_url, received, _task: task }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = vec![];
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |text| text.parse().unwrap());
        if body.len() >= length {
            return Some(Received { body: serde_json::from_str(body).unwrap(), head });
        }
    }
}

/// A whole JSON answer with a status line such as `200 OK` and further header lines.
pub(crate) fn json(status: &str, headers: &[&str], body: &str) -> Script {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    Script::Send(vec![text.into_bytes()])
}

/// An event stream in chunked encoding, one chunk a piece. Cut before the last chunk unless `whole`.
pub(crate) fn stream(pieces: &[Vec<u8>], whole: bool) -> Script {
    Script::Send(chunked(pieces, whole))
}

/// The bytes of such a stream.
pub(crate) fn chunked(pieces: &[Vec<u8>], whole: bool) -> Vec<Vec<u8>> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    let mut out = vec![head.as_bytes().to_vec()];
    for piece in pieces {
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        out.push(chunk);
    }
    if whole {
        out.push(b"0\r\n\r\n".to_vec());
    }
    out
}

/// Runs `work` on a runtime of its own.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// The time of the runtime.
#[derive(Debug)]
pub(crate) struct RunningClock {
    began: tokio::time::Instant,
}

impl RunningClock {
    pub(crate) fn start() -> Arc<dyn Clock> {
        Arc::new(Self { began: tokio::time::Instant::now() })
    }
}

impl Clock for RunningClock {
    fn now_ns(&self) -> u64 {
        1_800_000_000_000_000_000 + u64::try_from(self.began.elapsed().as_nanos()).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
