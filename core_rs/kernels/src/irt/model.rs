//! Response models: the curves of items.
