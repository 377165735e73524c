//! State files and dumps: what was, is again.

use std::{fs, path::PathBuf};

use aia_devnode::{Api, NodeConfig, chain::journal::Journal, config::DEV_ADDRESS};
use alloy::primitives::{Address, B256, Bytes, U256};

use crate::{
    bench::{Bench, GENESIS, ether},
    programs::NOTHING,
};

/// A file of its own for each test, gone afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("aia-devnode-{name}-{}", std::process::id()));
        let _ = fs::remove_file(&path);
        Self(path)
    }

    fn config(&self) -> NodeConfig {
        NodeConfig { state: Some(self.0.clone()), ..NodeConfig::default() }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Does a bit of everything to a chain, and returns its latest hash.
fn live(bench: &Bench) -> B256 {
    let program = bench.program(NOTHING);
    bench.send(program, Bytes::new(), U256::ZERO);
    bench.api.chain().increase_time(1000);
    bench.api.set_balance(Address::repeat_byte(5), ether(5)).unwrap();
    bench.api.chain().impersonate(Address::repeat_byte(5));
    let request = alloy::rpc::types::TransactionRequest {
        from: Some(Address::repeat_byte(5)),
        to: Some(Address::repeat_byte(6).into()),
        value: Some(ether(1)),
        ..Default::default()
    };
    bench.api.execute(request).unwrap();
    // A contract sends, and offers more than the cap on fees: impersonated, it may.
    let contract = bench.deploy(&[0x00]);
    bench.api.set_balance(contract, ether(100)).unwrap();
    bench.api.chain().impersonate(contract);
    let lavish = alloy::rpc::types::TransactionRequest {
        from: Some(contract),
        to: Some(Address::repeat_byte(6).into()),
        gas: Some(1_000_000),
        max_fee_per_gas: Some(10_000_000_000_000),
        ..Default::default()
    };
    assert!(bench.api.execute(lavish).unwrap().success);
    bench.api.chain().set_next_base_fee(200_000_000);
    bench.api.set_balance(Address::repeat_byte(8), ether(1)).unwrap();
    let point = bench.api.chain().snapshot();
    bench.api.mine(2, 7).unwrap();
    assert!(bench.api.chain().revert(point).unwrap());
    bench.api.chain().set_next_base_fee(123_456_789);
    bench.api.mine(1, 0).unwrap();
    bench.api.chain().head().hash
}

#[test]
fn the_same_commands_at_the_same_times_give_the_same_hashes() {
    let (first, second) = (Bench::new(), Bench::new());
    let commands = {
        live(&first);
        first.api.chain().journal()
    };
    second.api.chain().load(&commands).unwrap();
    assert_eq!(first.api.chain().head().hash, second.api.chain().head().hash);
}

#[test]
fn a_chain_goes_on_where_its_file_ends() {
    let scratch = Scratch::new("goes-on");
    let head = live(&Bench::with(scratch.config()));
    let again = Bench::with(NodeConfig { genesis_time: None, ..scratch.config() });
    assert_eq!(again.api.chain().head().hash, head);
    assert_eq!(again.api.chain().latest().info(Address::repeat_byte(6)).balance, ether(1));
    again.api.mine(1, 0).unwrap();
    let further = again.api.chain().head().hash;
    drop(again);
    assert_eq!(Bench::with(scratch.config()).api.chain().head().hash, further);
}

#[test]
fn a_killed_node_loses_at_most_its_last_line() {
    let scratch = Scratch::new("killed");
    live(&Bench::with(scratch.config()));
    let whole = fs::read(&scratch.0).unwrap();
    let journal = Journal::parse(&whole).unwrap();
    let (last, before) = (journal.entries.last().unwrap().head, journal.entries[journal.entries.len() - 2].head);
    // Cut within the last line, as a kill between two writes of the system would.
    for cut in [1, 20, 60] {
        fs::write(&scratch.0, &whole[..whole.len() - cut]).unwrap();
        let survived = Bench::with(scratch.config());
        assert_eq!(survived.api.chain().head().hash, before);
        drop(survived);
    }
    fs::write(&scratch.0, &whole).unwrap();
    assert_eq!(Bench::with(scratch.config()).api.chain().head().hash, last);
}

#[test]
fn a_changed_file_and_one_of_another_chain_are_refused() {
    let scratch = Scratch::new("changed");
    live(&Bench::with(scratch.config()));
    let other = Api::new(NodeConfig { chain_id: 5, ..scratch.config() }).unwrap_err().to_string();
    assert!(other.contains("other settings"), "{other}");

    let text = fs::read_to_string(&scratch.0).unwrap();
    let changed = text.replacen("\"time\":", "\"time\":1", 1);
    fs::write(&scratch.0, changed).unwrap();
    let refused = Api::new(scratch.config()).unwrap_err().to_string();
    assert!(refused.contains("line 2") && refused.contains("checksum"), "{refused}");
}

#[test]
fn a_file_that_is_something_else_is_left_as_it_is() {
    let scratch = Scratch::new("something-else");
    fs::write(&scratch.0, "a key, say").unwrap();
    let refused = Api::new(scratch.config()).unwrap_err().to_string();
    assert!(refused.contains("line 1"), "{refused}");
    assert_eq!(fs::read_to_string(&scratch.0).unwrap(), "a key, say");
}

#[test]
fn two_nodes_cannot_share_a_file() {
    let scratch = Scratch::new("shared");
    let _first = Bench::with(scratch.config());
    let second = Api::new(scratch.config()).unwrap_err().to_string();
    assert!(second.contains("in use by another node"), "{second}");
}

#[test]
fn a_loaded_chain_is_kept_in_the_file_of_the_node_that_loaded_it() {
    let scratch = Scratch::new("loaded");
    let source = Bench::new();
    let head = live(&source);
    let config = NodeConfig { genesis_time: Some(GENESIS + 50), ..scratch.config() };
    let target = Bench::with(config);
    target.api.chain().load(&source.api.chain().journal()).unwrap();
    assert_eq!(target.api.chain().head().hash, head);
    target.send(DEV_ADDRESS, Bytes::new(), U256::ZERO);
    let further = target.api.chain().head().hash;
    drop(target);
    assert_eq!(Bench::with(scratch.config()).api.chain().head().hash, further);
}
