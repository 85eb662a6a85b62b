//! Colours and letters of all pictures.

/// What a page defines once for all pictures in it: custom properties for light and dark, and the classes of the marks.
pub(crate) const STYLE: &str = "";
