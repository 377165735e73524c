//! ERC-3009: payments that their payer signs and anyone submits.

use aia_protocol::typed_data::{self, Authorization};
use aia_shell::{Revert, emit, revert, signatures, words};
use alloy_primitives::{Address, B256};
use stylus_sdk::prelude::*;

use crate::{AiaToken, I};

impl AiaToken {
    pub(crate) fn pay_authorized(&mut self, authorization: &Authorization, signature: &[u8]) -> Result<(), Revert> {
        let message = authorization.hash(typed_data::TRANSFER_WITH_AUTHORIZATION_TYPEHASH);
        self.check_authorized(authorization.from, message, signature)?;
        self.settle_authorization(authorization)
    }

    /// Pays only its receiver's own call, so that nobody can split it from what the receiver does.
    pub(crate) fn receive_authorized(&mut self, authorization: &Authorization, signature: &[u8]) -> Result<(), Revert> {
        let message = authorization.hash(typed_data::RECEIVE_WITH_AUTHORIZATION_TYPEHASH);
        self.check_authorized(authorization.from, message, signature)?;
        if self.vm().msg_sender() != authorization.to {
            return Err(revert::<I::ERC20InvalidReceiver>(words![authorization.to]));
        }
        self.settle_authorization(authorization)
    }

    pub(crate) fn cancel_authorized(
        &mut self,
        authorizer: Address,
        nonce: B256,
        signature: &[u8],
    ) -> Result<(), Revert> {
        self.check_authorized(authorizer, typed_data::cancel_authorization(authorizer, nonce), signature)?;
        self.use_authorization(authorizer, nonce)?;
        emit::<I::AuthorizationCanceled, 2>(self.vm(), words![authorizer, nonce], []);
        Ok(())
    }

    fn check_authorized(&self, signer: Address, message: B256, signature: &[u8]) -> Result<(), Revert> {
        signatures::check(self.vm(), signer, self.digest(message), signature)
            .map_err(|_| revert::<I::ERC3009InvalidSignature>([]))
    }

    fn settle_authorization(&mut self, authorization: &Authorization) -> Result<(), Revert> {
        let Authorization { from, to, value, valid_after, valid_before, nonce } = *authorization;
        if !authorization.is_valid_at(self.now()) {
            return Err(revert::<I::ERC3009InvalidAuthorizationTime>(words![valid_after, valid_before]));
        }
        self.use_authorization(from, nonce)?;
        emit::<I::AuthorizationUsed, 2>(self.vm(), words![from, nonce], []);
        self.transfer_between(from, to, value)
    }

    fn use_authorization(&mut self, authorizer: Address, nonce: B256) -> Result<(), Revert> {
        let mut of_authorizer = self.authorizations.setter(authorizer);
        if of_authorizer.get(nonce) {
            return Err(revert::<I::ERC3009UsedAuthorization>(words![authorizer, nonce]));
        }
        of_authorizer.insert(nonce, true);
        Ok(())
    }
}
