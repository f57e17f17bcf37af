//! Why a hotspot does not start.

/// Why a hotspot does not start, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The system lacks what the packet path needs: a permission, a program, a feature of the kernel, an interface.
    #[error("{0}")]
    Unavailable(String),
    /// Anything else: what cannot be opened, resolved or used.
    #[error("{0}")]
    Other(String),
}

impl From<String> for StartError {
    fn from(sentence: String) -> Self {
        Self::Other(sentence)
    }
}

impl From<&str> for StartError {
    fn from(sentence: &str) -> Self {
        Self::Other(sentence.to_owned())
    }
}

impl From<StartError> for String {
    fn from(error: StartError) -> Self {
        error.to_string()
    }
}
