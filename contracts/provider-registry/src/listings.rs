//! What providers offer.

use alloc::vec::Vec;

use aia_protocol::word::{Reader, Writer};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, narrow};

/// Offered to consumers.
const OFFERED: u8 = 1;
/// No longer.
const WITHDRAWN: u8 = 2;
/// Model, data, compute.
const KINDS: u8 = 3;

/// What a provider asks for a new listing.
pub(crate) struct Offer {
    pub(crate) kind: u8,
    pub(crate) service: u32,
    pub(crate) content: B256,
    pub(crate) codec: u8,
    pub(crate) price: u128,
    pub(crate) unit: u128,
}

/// The packed part of a listing.
///
/// Word layout, from the low end: provider 160 bits, kind 8, status 8, codec 8, service 32, listed_at 40.
struct Listing {
    provider: Address,
    kind: u8,
    status: u8,
    codec: u8,
    service: u32,
    listed_at: u64,
}

impl Listing {
    fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            provider: fields.address(),
            kind: fields.u8(),
            status: fields.u8(),
            codec: fields.u8(),
            service: fields.u32(32),
            listed_at: fields.u64(40),
        }
    }

    fn to_word(&self) -> U256 {
        let start = Writer::default().address(self.provider).uint(8, self.kind).uint(8, self.status);
        start.uint(8, self.codec).uint(32, self.service).uint(40, self.listed_at).done()
    }
}

impl ProviderRegistry {
    pub(crate) fn list(&mut self, offer: &Offer) -> Result<u64, Revert> {
        self.entry()?;
        let provider = self.caller();
        self.living(provider)?;
        let Offer { kind, service, content, codec, price, unit } = *offer;
        if !(1..=KINDS).contains(&kind) || unit == 0 {
            return Err(revert::<I::InvalidListing>(words![kind, OFFERED, unit]));
        }
        if !self.service(service).active {
            return Err(revert::<I::UnknownService>(words![service]));
        }
        // One a call: 2^64 are out of reach.
        let id = self.listing_count.get().wrapping_to::<u64>() + 1;
        let number = U256::from(id);
        let listing = Listing { provider, kind, status: OFFERED, codec, service, listed_at: self.now() };
        self.listing_count.set(number);
        self.listings.insert(number, listing.to_word());
        self.store_terms(number, price, unit);
        self.listing_contents.insert(number, content.into());
        let fee = narrow(self.listing_fee.get());
        let data = words![kind, content, codec, price, unit, fee];
        emit::<I::Listed, 3>(self.vm(), words![id, provider, service], data);
        self.token().burn_from(provider, fee)?;
        Ok(id)
    }

    pub(crate) fn update_listing(
        &mut self,
        id: u64,
        content: B256,
        codec: u8,
        price: u128,
        status: u8,
    ) -> Result<(), Revert> {
        let (number, caller) = (U256::from(id), self.caller());
        let listing = self.listed(id)?;
        if listing.provider != caller {
            return Err(revert::<I::UnauthorizedListing>(words![id, caller]));
        }
        let (_, unit) = self.terms(number);
        if status != OFFERED && status != WITHDRAWN {
            return Err(revert::<I::InvalidListing>(words![listing.kind, status, unit]));
        }
        self.listings.insert(number, Listing { codec, status, ..listing }.to_word());
        self.store_terms(number, price, unit);
        self.listing_contents.insert(number, content.into());
        emit::<I::ListingUpdated, 1>(self.vm(), words![id], words![content, codec, price, status]);
        Ok(())
    }

    /// Returns the members of the interface's `Listing`; all zero for none.
    pub(crate) fn listing_view(&self, id: u64) -> Vec<u8> {
        let number = U256::from(id);
        let listing = Listing::from_word(self.listings.get(number));
        let (price, unit) = self.terms(number);
        aia_calldata::words(&words![
            listing.provider,
            listing.kind,
            listing.status,
            listing.codec,
            listing.service,
            listing.listed_at,
            price,
            unit,
            self.listing_contents.get(number),
        ])
    }

    fn listed(&self, id: u64) -> Result<Listing, Revert> {
        let listing = Listing::from_word(self.listings.get(U256::from(id)));
        if listing.status == 0 { Err(revert::<I::UnknownListing>(words![id])) } else { Ok(listing) }
    }

    fn terms(&self, number: U256) -> (u128, u128) {
        let mut fields = Reader::new(self.listing_terms.get(number));
        (fields.u128(128), fields.u128(128))
    }

    fn store_terms(&mut self, number: U256, price: u128, unit: u128) {
        self.listing_terms.insert(number, Writer::default().uint(128, price).uint(128, unit).done());
    }
}
