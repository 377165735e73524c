//! The form of an ECDSA signature over secp256k1, before any recovery.

use alloy_primitives::{B256, U256};

/// Half the order of secp256k1: an `s` above it has a twin below it, so only the lower is accepted.
const HALF_ORDER: U256 =
    U256::from_limbs([0xdfe9_2f46_681b_20a0, 0x5d57_6e73_57a4_501d, 0xffff_ffff_ffff_ffff, 0x7fff_ffff_ffff_ffff]);

/// A signature whose form is acceptable: `v` is 27 or 28 and `s` is low.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Recovery id, 27 or 28.
    pub v: u8,
    /// The x coordinate of the ephemeral key.
    pub r: B256,
    /// The proof, at most half the group order.
    pub s: B256,
}

/// Why a signature is refused before recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// `s` is in the upper half of the order.
    HighS(B256),
    /// `v` is not 0, 1, 27 or 28, or the length is not 65 bytes.
    Form,
}

impl Signature {
    /// Checks the parts; `v` may be 0 or 1 as some signers give it.
    ///
    /// # Errors
    /// [`Malformed`]; a high `s` is reported before a bad `v`.
    pub fn from_parts(v: u8, r: B256, s: B256) -> Result<Self, Malformed> {
        if U256::from_be_bytes(s.0) > HALF_ORDER {
            return Err(Malformed::HighS(s));
        }
        match v {
            0 | 1 => Ok(Self { v: v + 27, r, s }),
            27 | 28 => Ok(Self { v, r, s }),
            _ => Err(Malformed::Form),
        }
    }

    /// Checks `r ‖ s ‖ v`, 65 bytes; the 64-byte compact form is not accepted.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes: &[u8; 65] = bytes.try_into().map_err(|_| Malformed::Form)?;
        Self::from_parts(bytes[64], B256::from_slice(&bytes[..32]), B256::from_slice(&bytes[32..64]))
    }

    /// Returns the input of the `ecrecover` precompile for `digest`.
    pub fn recovery_input(&self, digest: B256) -> [u8; 128] {
        let mut input = [0; 128];
        input[..32].copy_from_slice(digest.as_slice());
        input[63] = self.v;
        input[64..96].copy_from_slice(self.r.as_slice());
        input[96..].copy_from_slice(self.s.as_slice());
        input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: U256 =
        U256::from_limbs([0xbfd2_5e8c_d036_4141, 0xbaae_dce6_af48_a03b, 0xffff_ffff_ffff_fffe, 0xffff_ffff_ffff_ffff]);

    #[test]
    fn half_order_is_half_the_order() {
        assert_eq!(HALF_ORDER, ORDER >> 1);
    }

    #[test]
    fn the_bound_of_s_is_inclusive() {
        let one = B256::with_last_byte(1);
        assert!(Signature::from_parts(27, one, HALF_ORDER.into()).is_ok());
        let high: B256 = (HALF_ORDER + U256::ONE).into();
        assert_eq!(Signature::from_parts(27, one, high), Err(Malformed::HighS(high)));
    }

    #[test]
    fn v_is_normalised_or_refused() {
        let one = B256::with_last_byte(1);
        for (v, expected) in [
            (0, Some(27)),
            (1, Some(28)),
            (27, Some(27)),
            (28, Some(28)),
            (2, None),
            (26, None),
            (29, None),
            (255, None),
        ] {
            assert_eq!(Signature::from_parts(v, one, one).ok().map(|s| s.v), expected);
        }
    }

    #[test]
    fn only_65_bytes_are_a_signature() {
        for len in [0, 64, 66] {
            assert_eq!(Signature::from_bytes(&[1; 66][..len]), Err(Malformed::Form));
        }
    }
}
