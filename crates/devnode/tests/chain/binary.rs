//! The program in a terminal: what it prints, and what it keeps when it is killed.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use aia_devnode::config::{DEV_ADDRESS, test_accounts};
use serde_json::{Value, json};

/// A node in a process of its own, killed without warning when dropped.
struct Process {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Process {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_aia-devnode"))
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let address = loop {
            let mut line = String::new();
            assert_ne!(output.read_line(&mut line).expect("text"), 0, "it ended");
            if let Some((_, address)) = line.split_once("http://") {
                break address.trim().to_owned();
            }
        };
        Self { child, output, address }
    }

    fn ask(&self, method: &str, params: &Value) -> Value {
        let mut stream = self.post(method, params);
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let start = body.find('{').expect("JSON");
        let end = body.rfind('}').expect("JSON");
        serde_json::from_str::<Value>(&body[start..=end]).expect("JSON")["result"].clone()
    }

    /// Sends a request and does not wait for the answer.
    fn post(&self, method: &str, params: &Value) -> TcpStream {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let length = body.len();
        write!(
            stream,
            "POST / HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}",
            self.address
        )
        .expect("it takes a request");
        stream
    }

    fn pay(&self) -> Value {
        self.ask("eth_sendTransaction", &payment())
    }

    fn begin_to_pay(&self) {
        drop(self.post("eth_sendTransaction", &payment()));
    }

    /// Reads until a line has `text`, and returns what came before and that line.
    fn read_until(&mut self, text: &str) -> (String, String) {
        let mut before = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).expect("text"), 0, "it ended before it said {text}: {before}");
            if line.contains(text) {
                return (before, line);
            }
            before.push_str(&line);
        }
    }

    /// Ends the process as the system does when memory is short: at once.
    fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn payment() -> Value {
    json!([{ "from": DEV_ADDRESS, "to": test_accounts()[0].address(), "value": "0x1" }])
}

fn scratch(name: &str) -> String {
    let path = std::env::temp_dir().join(format!("aia-devnode-{name}-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    path.display().to_string()
}

#[test]
fn a_node_killed_in_the_middle_of_its_work_has_kept_all_that_it_had_answered() {
    let file = scratch("kill-9");
    let mut known = Vec::new();
    for _ in 0..3 {
        let node = Process::start(&["--state", &file]);
        for hash in &known {
            let receipt = node.ask("eth_getTransactionReceipt", &json!([hash]));
            assert_eq!(receipt["status"], json!("0x1"), "{hash} is lost");
        }
        known.extend((0..20).map(|_| node.pay()));
        // One more is under way when it is killed: nobody waits for its answer.
        node.begin_to_pay();
        node.kill();
        assert!(Path::new(&file).exists());
    }
    let node = Process::start(&["--state", &file]);
    let nonce = node.ask("eth_getTransactionCount", &json!([DEV_ADDRESS, "latest"]));
    let nonce = u64::from_str_radix(nonce.as_str().expect("a number").trim_start_matches("0x"), 16).expect("hex");
    let answered = 6 + known.len() as u64;
    assert!((answered..=answered + 3).contains(&nonce), "{nonce}: those that nobody waited for may be there or not");
    drop(node);
    std::fs::remove_file(&file).expect("it was there");
}

#[test]
fn it_prints_a_line_for_each_transaction_and_no_colours_into_a_pipe() {
    let mut node = Process::start(&["--name", &format!("{}=the shop", test_accounts()[0].address())]);
    let hash = node.pay();
    let hash = hash.as_str().expect("a hash");
    let (before, paid) = node.read_until(&hash[..10]);
    assert!(before.contains(&DEV_ADDRESS.to_string()), "the accounts: {before}");
    assert!(paid.contains("ok") && paid.contains("→ the shop") && paid.contains("21000 gas"), "{paid}");
    let refused = json!({ "from": DEV_ADDRESS, "to": "0x0000000000000000000000000000000000000071", "gas": "0x7530" });
    node.ask("eth_sendTransaction", &json!([refused]));
    let (_, failed) = node.read_until("failed");
    assert!(failed.contains("→ ArbWasm"), "{failed}");
    assert!(!(before + &paid + &failed).contains('\u{1b}'));
}

#[test]
fn its_help_names_every_option_and_what_it_cannot_do_is_told_in_a_line() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_aia-devnode")).args(arguments).output().expect("it runs");
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.success(), text)
    };
    let (fine, help) = run(&["--help"]);
    let options = ["--host", "--port", "--state", "--chain-id", "--arbos", "--bare", "--no-congestion", "--balance"];
    assert!(fine && options.iter().all(|option| help.contains(option)), "{help}");
    assert!(help.contains("Examples:"), "{help}");

    let (fine, text) = run(&["--arbos", "60"]);
    assert!(!fine && text.contains("40, 41, 50, 51"), "{text}");
    let (fine, text) = run(&["--port", "0", "--state", "/nowhere/at/all"]);
    assert!(!fine && text.contains("cannot use state file /nowhere/at/all"), "{text}");
}
