//! A provider's memory of what it signed.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use alloy::{
    primitives::{Address, B256},
    signers::SignerSync,
};
use serde::Serialize;

use crate::{Domain, Error, JobReceipt, Result, SignedReceipt};

/// Signs receipts, and never two different ones for one job of one consumer.
///
/// An honest provider can be made to sign twice by a request that is sent again, a crash between answer and reply, or a
/// second process.
/// So whatever is signed is on disk before it is handed out, a job that is known gets the receipt that it got, and only
/// one book at a time is open on a file.
///
/// The file has one JSON value a line: the registry that the book is for, then receipts in the order of signing.
/// It is only ever appended to. All of it is held in memory as well.
#[derive(Debug)]
pub struct ReceiptBook {
    file: File,
    /// Bytes of the file that are whole lines.
    length: u64,
    domain: Domain,
    entries: Vec<SignedReceipt>,
    /// Where in `entries` the job of a consumer stands.
    places: HashMap<(Address, B256), usize>,
}

impl ReceiptBook {
    /// Opens the book in a file, or begins one.
    ///
    /// A last line without its end is dropped: the process that wrote it died before it could hand out what it says.
    ///
    /// # Errors
    /// [`Error::BookInUse`], [`Error::WrongBook`], [`Error::CorruptBook`], [`Error::Io`].
    pub fn open(path: impl AsRef<Path>, domain: Domain) -> Result<Self> {
        let path = path.as_ref();
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::BookInUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let mut book = Self { file, length: 0, domain, entries: Vec::new(), places: HashMap::new() };
        book.load(&text)?;
        if book.length == 0 {
            book.append(&domain)?;
            sync_folder(path)?;
        }
        Ok(book)
    }

    /// Signs a receipt; one that was signed before gets the same signature, whoever signs now.
    ///
    /// The receipt is on disk when this returns.
    ///
    /// # Errors
    /// [`Error::Equivocation`] if the book has another receipt for the job, [`Error::Signer`], [`Error::Io`].
    pub fn sign(&mut self, receipt: JobReceipt, signer: &(impl SignerSync + ?Sized)) -> Result<SignedReceipt> {
        let JobReceipt { consumer, job_id, .. } = receipt;
        match self.find(consumer, job_id) {
            Some(known) if known.receipt == receipt => return Ok(known.clone()),
            Some(_) => return Err(Error::Equivocation { consumer, job_id }),
            None => {}
        }
        let signed = SignedReceipt::sign(receipt, &self.domain, signer)?;
        self.append(&signed)?;
        self.remember(signed.clone());
        Ok(signed)
    }

    /// Returns what was signed for a job.
    pub fn find(&self, consumer: Address, job_id: B256) -> Option<&SignedReceipt> {
        self.places.get(&(consumer, job_id)).map(|place| &self.entries[*place])
    }

    /// Returns everything that was signed, in its order: what is not in a batch yet is the end of it.
    pub fn receipts(&self) -> &[SignedReceipt] {
        &self.entries
    }

    /// Reads the whole lines of a file.
    fn load(&mut self, text: &[u8]) -> Result<()> {
        for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if !line.ends_with(b"\n") {
                break;
            }
            let corrupt = || Error::CorruptBook { line: index + 1 };
            if index == 0 {
                let Domain { chain_id, registry } = serde_json::from_slice(line).map_err(|_| corrupt())?;
                if self.domain != (Domain { chain_id, registry }) {
                    return Err(Error::WrongBook { chain_id, registry });
                }
            } else {
                let entry: SignedReceipt = serde_json::from_slice(line).map_err(|_| corrupt())?;
                if self.find(entry.receipt.consumer, entry.receipt.job_id).is_some() {
                    return Err(corrupt());
                }
                self.remember(entry);
            }
            // A length in memory fits 64 bits.
            self.length += line.len() as u64;
        }
        Ok(())
    }

    fn remember(&mut self, entry: SignedReceipt) {
        self.places.insert((entry.receipt.consumer, entry.receipt.job_id), self.entries.len());
        self.entries.push(entry);
    }

    /// Writes a line and waits until it is on disk. If that fails, the next line is written in its place.
    fn append(&mut self, entry: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(&line)?;
        self.file.sync_all()?;
        // As above.
        self.length += line.len() as u64;
        Ok(())
    }
}

/// Waits until the name of a new file is on disk, where folders can be opened.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
