//! Filters that clients poll.

use std::collections::HashMap;

use alloy::{primitives::U256, rpc::types::Filter};
use serde_json::{Value, json};

use super::{api::Api, convert, error::RpcError};

/// Most filters at once; the oldest goes when another comes.
const MAX_FILTERS: usize = 1024;

/// The filters of a node.
#[derive(Debug, Default)]
pub(super) struct Filters {
    last_id: u64,
    open: HashMap<u64, Open>,
}

#[derive(Clone, Debug)]
struct Open {
    kind: Kind,
    /// The next block to report.
    next: u64,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Logs(Box<Filter>),
    Blocks,
    /// Transactions never wait here, so there is nothing to report.
    PendingTransactions,
}

impl Filters {
    /// Reports blocks from `next` on, however far a filter was.
    pub(super) fn rewind(&mut self, next: u64) {
        for open in self.open.values_mut() {
            open.next = open.next.min(next);
        }
    }
}

impl Api {
    pub(super) fn new_filter(&self, kind: Kind) -> Value {
        let next = self.chain().head().number + 1;
        let mut filters = self.filters.lock();
        filters.last_id += 1;
        let id = filters.last_id;
        if filters.open.len() >= MAX_FILTERS
            && let Some(oldest) = filters.open.keys().min().copied()
        {
            filters.open.remove(&oldest);
        }
        filters.open.insert(id, Open { kind, next });
        json!(U256::from(id))
    }

    pub(super) fn uninstall_filter(&self, id: U256) -> Value {
        json!(u64::try_from(id).is_ok_and(|id| self.filters.lock().open.remove(&id).is_some()))
    }

    /// Reports what came since the last call.
    pub(super) fn filter_changes(&self, id: U256) -> Result<Value, RpcError> {
        let latest = self.chain().head().number;
        let open = {
            let mut filters = self.filters.lock();
            let open = u64::try_from(id).ok().and_then(|id| filters.open.get_mut(&id)).ok_or(RpcError::NoFilter)?;
            let seen = open.clone();
            open.next = latest + 1;
            seen
        };
        let chain = self.chain();
        let blocks = (open.next..=latest).filter_map(|number| chain.block(number));
        Ok(match open.kind {
            Kind::PendingTransactions => json!([]),
            Kind::Blocks => json!(blocks.map(|block| block.hash).collect::<Vec<_>>()),
            Kind::Logs(filter) => {
                let logs = blocks.flat_map(convert::block_logs).filter(|log| filter.matches(&log.inner));
                json!(logs.collect::<Vec<_>>())
            }
        })
    }

    /// Reports everything a log filter matches.
    pub(super) fn filter_logs(&self, id: U256) -> Result<Value, RpcError> {
        let open = u64::try_from(id).ok().and_then(|id| self.filters.lock().open.get(&id).cloned());
        match open.ok_or(RpcError::NoFilter)?.kind {
            Kind::Logs(filter) => self.logs(&filter),
            Kind::Blocks | Kind::PendingTransactions => Err(RpcError::NoFilter),
        }
    }
}
