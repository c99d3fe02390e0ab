//! Server-sent events: a parser that is fed bytes as they come and never fails on junk.

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    /// Its type; `message` when the stream names none.
    pub event: String,
    /// Its data; several `data` lines are joined by line feeds.
    pub data: String,
}

/// An event or a line grew beyond the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event of the stream is longer than {limit} bytes")]
pub struct SseError {
    /// The limit.
    pub limit: usize,
}

/// Parses `text/event-stream` by the rules of the HTML standard (§9.2.6): lines end in CR, LF or CRLF; a byte-order
/// mark at the start, comments, `id`, `retry` and unknown fields are passed over; an event that no blank line ends is
/// dropped. Bytes that are not UTF-8 are replaced. The events do not depend on how the bytes are split.
///
/// ```
/// use loopwright_model::SseParser;
/// let mut events = vec![];
/// let mut parser = SseParser::new(1 << 20);
/// parser.push(b"data: one\ndata: two\r\n\r", &mut events)?;
/// assert_eq!(events[0].data, "one\ntwo");
/// # Ok::<(), loopwright_model::SseError>(())
/// ```
#[derive(Debug)]
pub struct SseParser {
    limit: usize,
    line: Vec<u8>,
    first_line: bool,
    after_carriage_return: bool,
    event: String,
    data: String,
}

impl SseParser {
    /// A parser whose lines and events hold at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            first_line: true,
            after_carriage_return: false,
            event: String::new(),
            data: String::new(),
        }
    }

    /// Takes the next bytes and appends the events that they complete to `events`.
    ///
    /// # Errors
    /// [`SseError`] when a line or an event is too long; the parser is of no use then.
    pub fn push(&mut self, bytes: &[u8], events: &mut Vec<SseEvent>) -> Result<(), SseError> {
        for byte in bytes {
            let continues_line_end = *byte == b'\n' && self.after_carriage_return;
            self.after_carriage_return = *byte == b'\r';
            match byte {
                b'\n' if continues_line_end => {}
                b'\n' | b'\r' => self.end_line(events)?,
                _ if self.line.len() < self.limit => self.line.push(*byte),
                _ => return Err(SseError { limit: self.limit }),
            }
        }
        Ok(())
    }

    fn end_line(&mut self, events: &mut Vec<SseEvent>) -> Result<(), SseError> {
        let line = std::mem::take(&mut self.line);
        let line = if std::mem::take(&mut self.first_line) {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line)
        } else {
            &line
        };
        if line.is_empty() {
            self.end_event(events);
            return Ok(());
        }
        let line = String::from_utf8_lossy(line);
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" if self.data.len() + value.len() < self.limit => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "data" => return Err(SseError { limit: self.limit }),
            "event" => value.clone_into(&mut self.event),
            _ => {}
        }
        Ok(())
    }

    fn end_event(&mut self, events: &mut Vec<SseEvent>) {
        let event = std::mem::take(&mut self.event);
        let mut data = std::mem::take(&mut self.data);
        if data.pop().is_some() {
            let event = if event.is_empty() { "message".to_owned() } else { event };
            events.push(SseEvent { event, data });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Vec<(String, String)> {
        let (mut parser, mut events) = (SseParser::new(1000), vec![]);
        parser.push(bytes, &mut events).unwrap();
        events.into_iter().map(|event| (event.event, event.data)).collect()
    }

    fn message(data: &str) -> (String, String) {
        ("message".to_owned(), data.to_owned())
    }

    #[test]
    fn every_line_end_is_one() {
        for end in ["\n", "\r", "\r\n"] {
            let text = format!("data: a{end}{end}event: x{end}data:b{end}data:  c{end}{end}");
            assert_eq!(parse(text.as_bytes()), [message("a"), ("x".to_owned(), "b\n c".to_owned())], "{end:?}");
        }
    }

    #[test]
    fn passes_over_what_carries_nothing() {
        let text = b"\xef\xbb\xbf: hello\nid: 1\nretry: 5\njunk\n\nevent: lonely\n\ndata\n\ndata: last, unfinished\n";
        assert_eq!(parse(text), [message("")]);
        assert_eq!(
            parse("data: {\"a\":1}\n\n\n\ndata: [DONE]\n\n".as_bytes()),
            [message("{\"a\":1}"), message("[DONE]")]
        );
        assert_eq!(parse(b"data: \xff\xc3\n\n"), [message("\u{fffd}\u{fffd}")]);
    }

    #[test]
    fn a_long_line_or_event_is_an_error() {
        let mut parser = SseParser::new(8);
        assert!(parser.push(b"data: 12345", &mut vec![]).is_err());
        let mut parser = SseParser::new(8);
        assert!(parser.push(b"data:12\ndata:345\ndata:67\n", &mut vec![]).is_err());
        assert!(SseParser::new(8).push(b"data:1\n\ndata:2\n\ndata:3\n\n", &mut vec![]).is_ok());
    }
}
