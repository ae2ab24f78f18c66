//! What strangers write.

mod growth;
