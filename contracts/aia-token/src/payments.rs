//! ERC-3009: payments that their payer signs and anyone submits.

use aia_protocol::typed_data::{self, Authorization};
use alloy_primitives::{Address, B256};
use alloy_sol_types::SolEvent;
use stylus_sdk::prelude::*;

use crate::{AiaToken, IAIAToken as I, error::Error};

impl AiaToken {
    pub(crate) fn pay_authorized(&mut self, authorization: &Authorization, signature: &[u8]) -> Result<(), Error> {
        let message = authorization.hash(typed_data::TRANSFER_WITH_AUTHORIZATION_TYPEHASH);
        self.check_authorized(authorization.from, message, signature)?;
        self.settle_authorization(authorization)
    }

    /// Pays only its receiver's own call, so that nobody can split it from what the receiver does.
    pub(crate) fn receive_authorized(&mut self, authorization: &Authorization, signature: &[u8]) -> Result<(), Error> {
        let message = authorization.hash(typed_data::RECEIVE_WITH_AUTHORIZATION_TYPEHASH);
        self.check_authorized(authorization.from, message, signature)?;
        if self.vm().msg_sender() != authorization.to {
            return Err(Error::ERC20InvalidReceiver { receiver: authorization.to });
        }
        self.settle_authorization(authorization)
    }

    pub(crate) fn cancel_authorized(
        &mut self,
        authorizer: Address,
        nonce: B256,
        signature: &[u8],
    ) -> Result<(), Error> {
        self.check_authorized(authorizer, typed_data::cancel_authorization(authorizer, nonce), signature)?;
        self.use_authorization(authorizer, nonce)?;
        self.emit(&[I::AuthorizationCanceled::SIGNATURE_HASH, authorizer.into_word(), nonce], &[]);
        Ok(())
    }

    fn check_authorized(&self, signer: Address, message: B256, signature: &[u8]) -> Result<(), Error> {
        self.check_signature(signer, self.digest(message), signature).map_err(|_| Error::ERC3009InvalidSignature)
    }

    fn settle_authorization(&mut self, authorization: &Authorization) -> Result<(), Error> {
        let Authorization { from, to, value, valid_after, valid_before, nonce } = *authorization;
        if !authorization.is_valid_at(self.now()) {
            return Err(Error::ERC3009InvalidAuthorizationTime { valid_after, valid_before });
        }
        self.use_authorization(from, nonce)?;
        self.emit(&[I::AuthorizationUsed::SIGNATURE_HASH, from.into_word(), nonce], &[]);
        self.transfer_between(from, to, value)
    }

    fn use_authorization(&mut self, authorizer: Address, nonce: B256) -> Result<(), Error> {
        let mut of_authorizer = self.authorizations.setter(authorizer);
        if of_authorizer.get(nonce) {
            return Err(Error::ERC3009UsedAuthorization { authorizer, nonce });
        }
        of_authorizer.insert(nonce, true);
        Ok(())
    }
}
