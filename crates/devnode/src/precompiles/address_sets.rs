//! Sets of addresses in ArbOS's state, with what Nitro pays for using them.

use std::convert::Infallible;

use revm::{
    database_interface::Database,
    primitives::{Address, U256},
};

use super::{Call, Failure};
use crate::arbos::layout::AddressSet;

/// Most members that are listed at once.
const MAX_LISTED: u64 = 65_536;

impl<DB: Database<Error = Infallible>> Call<'_, DB> {
    pub(super) fn is_member(&mut self, set: AddressSet, account: Address) -> Result<bool, Failure> {
        Ok(!self.read(set.place(account))?.is_zero())
    }

    pub(super) fn members(&mut self, set: AddressSet) -> Result<Vec<Address>, Failure> {
        let size: u64 = self.read(set.size())?.saturating_to();
        (1..=size.min(MAX_LISTED)).map(|place| Ok(Address::from_word(self.read(set.member(place))?.into()))).collect()
    }

    pub(super) fn add_member(&mut self, set: AddressSet, account: Address) -> Result<(), Failure> {
        if self.is_member(set, account)? {
            return Ok(());
        }
        let size = self.read(set.size())?;
        let place = size + U256::from(1);
        self.write(set.place(account), place)?;
        self.write(set.member(place.saturating_to()), account.into_word().into())?;
        self.read(set.size())?;
        self.write(set.size(), place)
    }

    /// Takes a member out; the last one takes its place in the list.
    pub(super) fn remove_member(&mut self, set: AddressSet, account: Address) -> Result<(), Failure> {
        let place: u64 = self.read(set.place(account))?.saturating_to();
        if place == 0 {
            return Ok(());
        }
        self.write(set.place(account), U256::ZERO)?;
        let size: u64 = self.read(set.size())?.saturating_to();
        if place < size {
            let last = self.read(set.member(size))?;
            self.write(set.member(place), last)?;
            self.write(set.place(Address::from_word(last.into())), U256::from(place))?;
        }
        self.write(set.member(size), U256::ZERO)?;
        self.read(set.size())?;
        self.write(set.size(), U256::from(size - 1))
    }
}
