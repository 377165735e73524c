//! Arguments as the ABI lays them out, so that a test can tell what each word means.
//!
//! Nothing here knows the bindings: the types come out of the ABI, the values from a [`Source`].

use alloy::{
    json_abi::Param,
    primitives::{B256, U256},
};

/// Where values come from.
pub(crate) trait Source {
    /// Returns a value of an elementary type.
    fn word(&mut self, ty: &str) -> B256;
    /// Returns a value of `bytes`.
    fn bytes(&mut self) -> Vec<u8>;
    /// Returns how many elements an array has.
    fn length(&mut self) -> usize;
}

/// What a word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A value of this type.
    Value(String),
    /// Where something without a fixed length is.
    Offset,
    /// How long that is, in elements or bytes.
    Length,
    /// A part of `bytes`.
    Content,
}

/// A word of calldata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) value: B256,
    pub(crate) meaning: Meaning,
}

impl Word {
    fn size(size: usize, meaning: Meaning) -> Self {
        Self { value: U256::from(size).into(), meaning }
    }

    /// Whether every value that 32 bytes can have fits its type.
    pub(crate) fn takes_anything(&self) -> bool {
        match &self.meaning {
            Meaning::Value(ty) => matches!(ty.as_str(), "bytes32" | "uint256"),
            Meaning::Content => true,
            Meaning::Offset | Meaning::Length => false,
        }
    }
}

/// Lays out the members of a tuple, or the arguments of a call.
pub(crate) fn lay_out(parameters: &[Param], source: &mut impl Source) -> Vec<Word> {
    let head_words: usize = parameters.iter().map(head_words).sum();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    for parameter in parameters {
        let words = value(parameter, source);
        if is_dynamic(parameter) {
            head.push(Word::size(32 * (head_words + tail.len()), Meaning::Offset));
            tail.extend(words);
        } else {
            head.extend(words);
        }
    }
    head.append(&mut tail);
    head
}

/// Joins words to bytes.
pub(crate) fn join(words: &[Word]) -> Vec<u8> {
    words.iter().flat_map(|word| word.value.0).collect()
}

fn value(parameter: &Param, source: &mut impl Source) -> Vec<Word> {
    if let Some(element) = element(parameter) {
        let length = source.length();
        let mut words = vec![Word::size(length, Meaning::Length)];
        words.extend(lay_out(&vec![element; length], source));
        return words;
    }
    match parameter.ty.as_str() {
        "tuple" => lay_out(&parameter.components, source),
        "bytes" => bytes(&source.bytes()),
        ty => vec![Word { value: source.word(ty), meaning: Meaning::Value(ty.into()) }],
    }
}

fn bytes(content: &[u8]) -> Vec<Word> {
    let length = Word::size(content.len(), Meaning::Length);
    let chunks = content.chunks(32).map(B256::right_padding_from);
    std::iter::once(length).chain(chunks.map(|value| Word { value, meaning: Meaning::Content })).collect()
}

/// Returns what an array is made of; `None` for what is no array.
fn element(parameter: &Param) -> Option<Param> {
    let ty = parameter.ty.strip_suffix("[]")?.into();
    Some(Param { ty, ..parameter.clone() })
}

/// Returns how many words stand in the head.
fn head_words(parameter: &Param) -> usize {
    match parameter.ty.as_str() {
        "tuple" if !is_dynamic(parameter) => parameter.components.iter().map(head_words).sum(),
        _ => 1,
    }
}

fn is_dynamic(parameter: &Param) -> bool {
    match parameter.ty.as_str() {
        "bytes" => true,
        "tuple" => parameter.components.iter().any(is_dynamic),
        ty => ty.ends_with("[]"),
    }
}
