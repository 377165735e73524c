//! Everything that changes a chain, written down so that it can be played again.
//!
//! A chain is deterministic: the same commands give the same blocks. So its state file is the list of
//! them, one line each, with the hash of the block that each one led to. A line is written in one go
//! and checked by its own hash: a node that is killed loses at most its last line.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use alloy::primitives::{Address, B256, Bytes, U256, hex, keccak256};
use serde::{Deserialize, Serialize};

/// What can be done to a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Command {
    /// Include a transaction.
    Include {
        /// Its EIP-2718 form.
        tx: Bytes,
        /// Its sender, who may be impersonated.
        sender: Address,
        /// The block's time, Unix seconds.
        time: u64,
        /// The base fee that the block was told to have, in wei per gas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base_fee: Option<u64>,
        /// Whether its sender is impersonated.
        #[serde(default)]
        impersonated: bool,
    },
    /// Make an empty block.
    Mine {
        /// The block's time, Unix seconds.
        time: u64,
        /// The base fee that the block was told to have, in wei per gas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base_fee: Option<u64>,
    },
    /// Change an account by decree, in a block of its own.
    Alter {
        /// What changes.
        change: Override,
        /// The block's time, Unix seconds.
        time: u64,
        /// The base fee that the block was told to have, in wei per gas.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base_fee: Option<u64>,
    },
    /// Take all blocks after one back.
    Rewind {
        /// The block that becomes the latest.
        block: u64,
    },
}

/// Changes to an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The account.
    pub address: Address,
    /// Its balance in wei.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<U256>,
    /// Its nonce.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<u64>,
    /// Its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Bytes>,
    /// All of its storage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Vec<(B256, B256)>>,
    /// Slots that change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub state_diff: Vec<(B256, B256)>,
}

/// What a state file begins with: the settings that decide the genesis block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preamble {
    /// Version of the format.
    pub version: u32,
    /// Chain id.
    pub chain_id: u64,
    /// ArbOS version at genesis.
    pub arbos: u64,
    /// Whether nitro-devnode's set-up was run.
    pub set_up: bool,
    /// Whether congestion raises the base fee.
    pub congestion: bool,
    /// Wei that each funded account begins with.
    pub balance: U256,
    /// Time of the genesis block, Unix seconds.
    pub genesis_time: u64,
}

/// A command with the hash of the latest block after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What was done.
    pub command: Command,
    /// What came of it.
    pub head: B256,
}

/// A whole chain, written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// How it began.
    pub preamble: Preamble,
    /// What was done since.
    pub entries: Vec<Entry>,
    /// Bytes of an unfinished last line, which were not read.
    pub torn: usize,
}

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// The system refuses.
    #[error("cannot use state file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Another node writes to it.
    #[error("state file {0} is in use by another node")]
    InUse(PathBuf),
    /// It is no state file, or was changed.
    #[error("state file, line {line}: {reason}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// It belongs to a chain with other settings.
    #[error("the state was made by a node with other settings: {0}")]
    OtherSettings(String),
    /// Playing it gives other blocks.
    #[error("command {index} of the state leads to other results: it was written by a node with other rules")]
    OtherRules {
        /// The command, from 1.
        index: usize,
    },
}

const FORMAT: u32 = 1;

impl Preamble {
    /// Returns the version of the format that this node writes.
    pub const fn format() -> u32 {
        FORMAT
    }
}

fn line(content: &impl Serialize) -> String {
    // Plain data with text keys: it cannot fail to render.
    let json = serde_json::to_string(content).unwrap_or_default();
    format!("{} {json}\n", checksum(&json))
}

fn checksum(json: &str) -> String {
    hex::encode(&keccak256(json)[..8])
}

impl Journal {
    /// Reads a journal. A last line without its end is left out, as a killed node leaves it.
    ///
    /// # Errors
    /// [`StateFileError::Malformed`].
    pub fn parse(text: &[u8]) -> Result<Self, StateFileError> {
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let mut lines = text[..whole].split_inclusive(|byte| *byte == b'\n').enumerate();
        let malformed = |line: usize, reason: &str| StateFileError::Malformed { line: line + 1, reason: reason.into() };
        let (_, first) = lines.next().ok_or_else(|| malformed(0, "the file has no first line"))?;
        let preamble: Preamble = parse_line(first).map_err(|reason| malformed(0, &reason))?;
        if preamble.version != FORMAT {
            return Err(malformed(0, &format!("format {} is not known, only {FORMAT}", preamble.version)));
        }
        let entries = lines
            .map(|(number, line)| parse_line(line).map_err(|reason| malformed(number, &reason)))
            .collect::<Result<_, _>>()?;
        Ok(Self { preamble, entries, torn: text.len() - whole })
    }

    /// Renders the journal.
    pub fn render(&self) -> String {
        let mut text = line(&self.preamble);
        text.extend(self.entries.iter().map(line));
        text
    }
}

fn parse_line<T: for<'a> Deserialize<'a>>(line: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(line).map_err(|_| "not UTF-8")?.trim_end();
    let (sum, json) = text.split_once(' ').ok_or("no checksum")?;
    if sum != checksum(json) {
        return Err("the checksum does not match: the file was changed".into());
    }
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// A state file that is written to.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    file: File,
    /// Bytes of whole lines.
    length: u64,
}

impl StateFile {
    /// Opens or creates a state file, for this node alone, and reads what it has.
    ///
    /// # Errors
    /// [`StateFileError`]; nothing is written then.
    pub fn open(path: &Path) -> Result<(Self, Option<Journal>), StateFileError> {
        let io = |source| StateFileError::Io { path: path.into(), source };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(io)?;
        lock(&file, path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(io)?;
        let mut opened = Self { path: path.into(), file, length: 0 };
        if text.is_empty() {
            return Ok((opened, None));
        }
        let journal = Journal::parse(&text)?;
        opened.length = (text.len() - journal.torn) as u64;
        Ok((opened, Some(journal)))
    }

    /// Cuts off what lies behind the last whole line.
    ///
    /// # Errors
    /// [`StateFileError::Io`].
    pub fn trim(&mut self) -> Result<(), StateFileError> {
        let cut = self.file.set_len(self.length).and_then(|()| self.file.seek(SeekFrom::End(0)));
        cut.map(|_| ()).map_err(|source| StateFileError::Io { path: self.path.clone(), source })
    }

    /// Adds an entry, or leaves the file as it was.
    ///
    /// # Errors
    /// [`StateFileError::Io`].
    pub fn append(&mut self, entry: &Entry) -> Result<(), StateFileError> {
        let text = line(entry);
        if let Err(source) = self.file.write_all(text.as_bytes()) {
            self.trim()?;
            return Err(StateFileError::Io { path: self.path.clone(), source });
        }
        self.length += text.len() as u64;
        Ok(())
    }

    /// Replaces all that the file has, at one stroke: another file takes its name.
    ///
    /// # Errors
    /// [`StateFileError`].
    pub fn replace(&mut self, journal: &Journal) -> Result<(), StateFileError> {
        let mut name = self.path.clone().into_os_string();
        name.push(".new");
        let beside = PathBuf::from(name);
        let io = |source| StateFileError::Io { path: beside.clone(), source };
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&beside).map_err(io)?;
        lock(&file, &beside)?;
        let text = journal.render();
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        std::fs::rename(&beside, &self.path).map_err(io)?;
        (self.file, self.length) = (file, text.len() as u64);
        Ok(())
    }
}

/// Keeps other nodes away from a file.
fn lock(file: &File, path: &Path) -> Result<(), StateFileError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => StateFileError::InUse(path.into()),
        TryLockError::Error(source) => StateFileError::Io { path: path.into(), source },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> Journal {
        let preamble = Preamble {
            version: FORMAT,
            chain_id: 1,
            arbos: 51,
            set_up: true,
            congestion: true,
            balance: U256::from(5),
            genesis_time: 9,
        };
        let commands = [Command::Mine { time: 10, base_fee: None }, Command::Rewind { block: 0 }];
        let entries =
            commands.into_iter().map(|command| Entry { command, head: B256::repeat_byte(3) }).collect::<Vec<_>>();
        Journal { preamble, entries, torn: 0 }
    }

    #[test]
    fn a_journal_reads_as_it_was_written() {
        let journal = journal();
        assert_eq!(Journal::parse(journal.render().as_bytes()).unwrap(), journal);
    }

    #[test]
    fn however_much_of_the_last_line_was_written_the_lines_before_it_are_read() {
        let journal = journal();
        let text = journal.render();
        let last = text.trim_end().rfind('\n').unwrap() + 1;
        for end in last..text.len() {
            let read = Journal::parse(&text.as_bytes()[..end]).unwrap();
            assert_eq!((read.entries.as_slice(), read.torn), (&journal.entries[..1], end - last));
        }
    }

    #[test]
    fn a_changed_line_is_refused_with_its_number() {
        let text = journal().render().replace("\"time\":10", "\"time\":11");
        let error = Journal::parse(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("checksum"), "{error}");
    }
}
