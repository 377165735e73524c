//! What providers offer.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, Bytes};

use super::{Model, Outcome, answer, instant, require, wide};

/// A listing that is offered.
const OFFERED: u8 = 1;

impl Model {
    /// `list`.
    pub fn list(&mut self, caller: Address, call: &Abi::listCall) -> Outcome {
        let Abi::listCall { kind, service, cid, codec, price, unit } = *call;
        self.check_not_paused()?;
        self.profile_not_tombstoned(caller)?;
        check_listing(kind, OFFERED, unit)?;
        require(self.service(service).active, Abi::UnknownService { service })?;
        let fee = wide(self.params().listingFee);
        if !fee.is_zero() {
            self.token.check_pull(self.registry.address, caller, fee)?;
        }
        let id = self.registry.listings.len() as u64 + 1;
        let listed = Abi::Listing {
            provider: caller,
            kind,
            status: OFFERED,
            codec,
            service,
            listedAt: instant(self.now),
            price,
            unit,
            cid,
        };
        self.registry.listings.insert(id, listed);
        let event = Abi::Listed { id, provider: caller, service, kind, cid, codec, price, unit, fee };
        let mut logs = vec![self.emit(&event)];
        if !fee.is_zero() {
            logs.push(self.token.burn_from(self.registry.address, caller, fee));
        }
        answer(logs, &id)
    }

    /// `updateListing`.
    pub fn update_listing(&mut self, caller: Address, call: &Abi::updateListingCall) -> Outcome {
        let Abi::updateListingCall { id, cid, codec, price, status } = *call;
        let Some(listed) = self.registry.listings.get_mut(&id) else {
            return Err(super::error(Abi::UnknownListing { id }));
        };
        require(listed.provider == caller, Abi::UnauthorizedListing { id, caller })?;
        check_listing(listed.kind, status, listed.unit)?;
        (listed.cid, listed.codec, listed.price, listed.status) = (cid, codec, price, status);
        Ok(vec![self.emit(&Abi::ListingUpdated { id, cid, codec, price, status })].into())
    }
}

fn check_listing(kind: u8, status: u8, unit: u128) -> Result<(), Bytes> {
    let valid = (1..=3).contains(&kind) && (1..=2).contains(&status) && unit > 0;
    require(valid, Abi::InvalidListing { kind, status, unit })
}
