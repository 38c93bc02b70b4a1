//! Item fit: does an item behave as its curve says?
