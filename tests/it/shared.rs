//! The folder of shared test inputs, which is not part of the project.

use std::path::PathBuf;

/// The folder that `CXRANK_SHARED` names, or `../shared`; `None`, said aloud, where neither is there.
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let found = std::env::var_os("CXRANK_SHARED")
        .map(PathBuf::from)
        .into_iter()
        .chain([beside])
        .find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: no shared inputs");
    }
    found
}
