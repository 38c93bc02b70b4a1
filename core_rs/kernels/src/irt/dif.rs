//! Differential item functioning: does an item treat two groups alike?
