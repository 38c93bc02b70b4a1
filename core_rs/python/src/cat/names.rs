//! Names of items and areas, and the indices that the kernels know them by.

use std::collections::HashMap;

use mangotree_kernels::cat::quota::{Areas, Quota, WHOLE};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert::refused;

/// A name of an area, `algebra/linear`, or none.
pub type Area = Option<String>;
/// Area names with least and most.
pub type Quotas = HashMap<String, (u32, u32)>;

/// The names of the items and areas of a bank.
pub struct Names {
    pub items: Vec<Py<PyString>>,
    pub places: HashMap<String, usize>,
    pub areas: HashMap<String, usize>,
}

impl Names {
    /// The index of the item called `id`.
    pub fn item(&self, id: &str) -> PyResult<usize> {
        self.places.get(id).copied().ok_or_else(|| PyKeyError::new_err(unknown("item", id)))
    }

    /// Their indices.
    pub fn items(&self, ids: &[String]) -> PyResult<Vec<usize>> {
        ids.iter().map(|id| self.item(id)).collect()
    }

    fn area(&self, name: &str) -> PyResult<usize> {
        self.areas.get(name).copied().ok_or_else(|| PyKeyError::new_err(unknown("area", name)))
    }

    /// The quotas by index, in the order of the areas.
    pub fn quotas(&self, quotas: &Quotas) -> PyResult<Vec<Quota>> {
        let mut made: Vec<Quota> = quotas
            .iter()
            .map(|(name, (least, most))| {
                Ok(Quota { area: self.area(name)?, least: *least, most: *most })
            })
            .collect::<PyResult<_>>()?;
        made.sort_by_key(|quota| quota.area);
        Ok(made)
    }
}

fn unknown(what: &str, name: &str) -> String {
    format!("{what} {name:?} is unknown; the bank has none of that name")
}

/// Refuses a column of another length.
pub fn same_length(name: &str, length: usize, wanted: usize) -> PyResult<()> {
    if length == wanted {
        return Ok(());
    }
    let said = format!("{name} has {length} entries; allowed: {wanted}, one for each id");
    Err(PyValueError::new_err(said))
}

/// The index of each id; refuses one that comes twice.
pub fn places(ids: Vec<String>) -> PyResult<HashMap<String, usize>> {
    let mut places = HashMap::with_capacity(ids.len());
    for (at, id) in ids.into_iter().enumerate() {
        if let Some(before) = places.insert(id, at) {
            let said = format!("ids[{before}] and ids[{at}] are the same; allowed: each once");
            return Err(PyValueError::new_err(said));
        }
    }
    Ok(places)
}

/// The tree of areas from their names, each `/` one step down, and the number of each name.
pub fn tree(
    count: usize,
    area: Option<Vec<Area>>,
) -> PyResult<(Areas, HashMap<String, usize>)> {
    let Some(names) = area else {
        return Ok((Areas::whole(count), HashMap::new()));
    };
    same_length("area", names.len(), count)?;
    let (mut numbers, mut around) = (HashMap::new(), Vec::new());
    let mut of_item = Vec::with_capacity(count);
    for name in names {
        let mut at = WHOLE;
        for (end, _) in name.iter().flat_map(|name| name.match_indices('/')) {
            let name = name.as_deref().unwrap_or("");
            at = numbered(&name[..end], at, &mut numbers, &mut around);
        }
        if let Some(name) = &name {
            at = numbered(name, at, &mut numbers, &mut around);
        }
        of_item.push(at);
    }
    let areas = Areas::new(&around, &of_item).map_err(|error| refused(&error))?;
    Ok((areas, numbers))
}

fn numbered(
    name: &str,
    inside: usize,
    numbers: &mut HashMap<String, usize>,
    around: &mut Vec<usize>,
) -> usize {
    *numbers.entry(name.to_owned()).or_insert_with(|| {
        around.push(inside);
        around.len()
    })
}
