//! A provider that cannot be made to contradict itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use aia_client::{Domain, Error, JobReceipt, ReceiptBook, SignedReceipt};
use alloy::primitives::B256;

use crate::{domain, key, receipt};

/// A file of that name which is not there yet.
fn file(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.jsonl"));
    if path.exists() {
        fs::remove_file(&path).expect("removed");
    }
    path
}

fn open(path: &Path) -> ReceiptBook {
    ReceiptBook::open(path, domain()).expect("opens")
}

fn sign(book: &mut ReceiptBook, receipt: JobReceipt) -> SignedReceipt {
    book.sign(receipt, &key(1)).expect("signs")
}

/// The same job with another result.
fn contradiction(number: u64) -> JobReceipt {
    JobReceipt { result_hash: B256::repeat_byte(0x77), ..receipt(number) }
}

#[track_caller]
fn assert_refused(book: &mut ReceiptBook, receipt: JobReceipt) {
    let refused = book.sign(receipt, &key(1)).expect_err("another receipt for the job");
    assert!(matches!(refused, Error::Equivocation { job_id, .. } if job_id == receipt.job_id), "{refused}");
}

#[test]
fn the_same_receipt_gets_the_same_signature() {
    let mut book = open(&file("same"));
    let first = sign(&mut book, receipt(1));
    first.verify(&domain(), key(1).address()).expect("signed");
    assert_eq!(book.sign(receipt(1), &key(2)).expect("known"), first, "whoever signs now");
    assert_eq!(book.receipts(), [first]);
}

#[test]
fn another_result_for_a_job_is_refused_also_after_reopening() {
    let path = file("equivocation");
    let mut book = open(&path);
    let first = sign(&mut book, receipt(1));
    assert_refused(&mut book, contradiction(1));
    drop(book);

    let mut book = open(&path);
    assert_refused(&mut book, contradiction(1));
    assert_eq!(sign(&mut book, receipt(1)), first);
    assert_eq!(book.find(receipt(1).consumer, receipt(1).job_id), Some(&first));
    assert_eq!(book.receipts().len(), 1);
}

#[test]
fn whatever_differs_for_a_job_is_refused() {
    let mut book = open(&file("different"));
    sign(&mut book, receipt(1));
    // Members 0 and 2 are job and consumer: another job altogether.
    for (member, other) in crate::changed(receipt(1)).into_iter().enumerate() {
        if [0, 2].contains(&member) {
            sign(&mut book, other);
        } else {
            assert_refused(&mut book, other);
        }
    }
    assert_eq!(book.receipts().len(), 3);
}

#[test]
fn a_torn_last_line_is_dropped_and_written_over() {
    let path = file("torn");
    let mut book = open(&path);
    let first = sign(&mut book, receipt(1));
    let whole = fs::read(&path).expect("reads").len();
    sign(&mut book, receipt(2));
    drop(book);
    let complete = fs::read(&path).expect("reads");

    for length in (whole..complete.len()).step_by(97) {
        fs::write(&path, &complete[..length]).expect("writes");
        let mut book = open(&path);
        assert_eq!(book.receipts(), std::slice::from_ref(&first), "{length} bytes");
        let second = sign(&mut book, contradiction(2));
        drop(book);
        assert_eq!(open(&path).receipts(), [first.clone(), second], "{length} bytes");
    }
}

#[test]
fn a_torn_first_line_is_written_anew() {
    let path = file("headless");
    fs::write(&path, r#"{"chainId":"0x"#).expect("writes");
    let mut book = open(&path);
    let first = sign(&mut book, receipt(1));
    drop(book);
    assert_eq!(open(&path).receipts(), [first]);
}

#[test]
fn a_corrupt_line_is_reported_and_nothing_is_signed() {
    let path = file("corrupt");
    let mut book = open(&path);
    sign(&mut book, receipt(1));
    sign(&mut book, receipt(2));
    drop(book);
    let text = fs::read_to_string(&path).expect("reads");
    let lines: Vec<_> = text.lines().collect();
    let [head, first, second] = lines[..] else { panic!("{text}") };
    let table = [
        (format!("{head}\n{}\n{second}\n", &first[1..]), 2),
        (format!("{head}\n{first}\n\n{second}\n"), 3),
        (format!("{head}\n{first}\n{second}\n{first}\n"), 4),
        (format!("{first}\n{second}\n"), 1),
    ];
    for (text, expected) in table {
        fs::write(&path, text).expect("writes");
        let refused = ReceiptBook::open(&path, domain()).expect_err("corrupt");
        assert!(matches!(refused, Error::CorruptBook { line } if line == expected), "{refused}");
    }
}

#[test]
fn a_book_is_for_one_registry() {
    let path = file("registry");
    drop(open(&path));
    let other = Domain { chain_id: 1, ..domain() };
    let refused = ReceiptBook::open(&path, other).expect_err("another chain's");
    assert!(matches!(refused, Error::WrongBook { chain_id, .. } if chain_id == domain().chain_id), "{refused}");
}

#[test]
fn only_one_book_is_open_on_a_file() {
    let path = file("lock");
    let book = open(&path);
    assert!(matches!(ReceiptBook::open(&path, domain()), Err(Error::BookInUse(file)) if file == path));
    drop(book);
    drop(open(&path));
}

#[test]
fn a_file_that_cannot_be_written_is_reported() {
    let path = file("missing").with_extension("folder").join("book.jsonl");
    assert!(matches!(ReceiptBook::open(path, domain()), Err(Error::Io(_))));
}
