//! Tables of answers from Python: a flat column, a two-dimensional buffer, or a list of rows.
//!
//! 1 or True is right, 0 or False wrong; -1, NaN and None are missing.

use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyMemoryView, PyString};

/// Answers learner after learner, and how many each row holds if the table says so.
pub struct Table {
    answers: Vec<i8>,
    width: Option<usize>,
    /// The place of the first entry that is no answer, and the entry.
    odd: Option<(usize, f64)>,
}

/// Answers of rows of `n_items`, each -1, 0 or 1.
pub struct Answers {
    pub answers: Vec<i8>,
    pub n_items: usize,
}

impl Table {
    /// The answers, if they are all answers and `n_items` agrees with the table.
    pub fn checked(self, n_items: Option<usize>) -> PyResult<Answers> {
        let n_items = match (self.width, n_items) {
            (Some(width), Some(wanted)) if width != wanted => {
                let said = format!("answers have {width} columns; n_items is {wanted}");
                return Err(PyValueError::new_err(said));
            }
            (Some(width), _) => width,
            (None, Some(wanted)) => wanted,
            (None, None) => {
                let said = "answers are a flat column; n_items must say how long a row is";
                return Err(PyValueError::new_err(said));
            }
        };
        if let Some((place, value)) = self.odd {
            let (row, column) = (place / n_items.max(1), place % n_items.max(1));
            let said = format!(
                "answers: row {row}, column {column} is {value}; allowed: 0, 1 or -1 (missing)"
            );
            return Err(PyValueError::new_err(said));
        }
        Ok(Answers { answers: self.answers, n_items })
    }

    fn new(width: Option<usize>) -> Self {
        Self { answers: Vec::new(), width, odd: None }
    }

    #[expect(clippy::float_cmp, reason = "an answer is exactly 0, 1 or -1")]
    fn push(&mut self, value: f64) {
        let answer = if value == 1.0 {
            1
        } else if value == 0.0 {
            0
        } else {
            if value != -1.0 && !value.is_nan() {
                self.odd.get_or_insert((self.answers.len(), value));
            }
            -1
        };
        self.answers.push(answer);
    }
}

impl<'py> FromPyObject<'_, 'py> for Table {
    type Error = PyErr;

    fn extract(table: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(view) = PyMemoryView::from(&table) {
            return from_view(&view);
        }
        if table.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("answers are a text; allowed: numbers"));
        }
        from_rows(&table)
    }
}

/// A buffer of one or two dimensions.
fn from_view(view: &Bound<'_, PyMemoryView>) -> PyResult<Table> {
    let shape: Vec<usize> = view.getattr("shape")?.extract()?;
    let width = match shape[..] {
        [_] => None,
        [_, width] => Some(width),
        _ => {
            let said = format!("answers have {} dimensions; allowed: 1 or 2", shape.len());
            return Err(PyTypeError::new_err(said));
        }
    };
    let mut table = Table::new(width);
    let format: String = view.getattr("format")?.extract()?;
    if format == "?" {
        // The stable interface reads no booleans; as bytes they are 0 and 1.
        let bytes: Vec<u8> = view.call_method0("tobytes")?.extract()?;
        for byte in bytes {
            table.push(f64::from(byte));
        }
        return Ok(table);
    }
    let is_read = read::<i8>(view, &mut table, f64::from)?
        || read::<u8>(view, &mut table, f64::from)?
        || read::<f64>(view, &mut table, |value| value)?
        || read::<i64>(view, &mut table, as_double)?
        || read::<i32>(view, &mut table, f64::from)?
        || read::<i16>(view, &mut table, f64::from)?
        || read::<f32>(view, &mut table, f64::from)?
        || read::<u16>(view, &mut table, f64::from)?
        || read::<u32>(view, &mut table, f64::from)?;
    if is_read {
        return Ok(table);
    }
    Err(PyTypeError::new_err(format!("answers are a buffer of {format}; allowed: numbers")))
}

/// Adds the entries of a buffer of `T`; false for a buffer of something else.
fn read<T: Element>(
    view: &Bound<'_, PyAny>,
    table: &mut Table,
    convert: impl Fn(T) -> f64,
) -> PyResult<bool> {
    let Ok(buffer) = PyBuffer::<T>::get(view) else {
        return Ok(false);
    };
    for value in buffer.to_vec(view.py())? {
        table.push(convert(value));
    }
    Ok(true)
}

#[expect(clippy::cast_precision_loss, reason = "what is no answer is refused anyway")]
fn as_double(number: i64) -> f64 {
    number as f64
}

/// A sequence of rows of one length, or of answers.
fn from_rows(rows: &Bound<'_, PyAny>) -> PyResult<Table> {
    let mut table = Table::new(None);
    for (number, row) in rows.try_iter()?.enumerate() {
        let row = row?;
        if let Some(value) = single(&row)? {
            if table.width.is_some() {
                let said = format!("answers: row {number} is no row but one number");
                return Err(PyTypeError::new_err(said));
            }
            table.push(value);
            continue;
        }
        let before = table.answers.len();
        for (column, entry) in row.try_iter()?.enumerate() {
            let entry = entry?;
            let said =
                || format!("answers: row {number}, column {column} is {entry}, no number");
            let value = single(&entry)?.ok_or_else(|| PyTypeError::new_err(said()))?;
            table.push(value);
        }
        let width = table.answers.len() - before;
        if (number > 0 && table.width.is_none()) || *table.width.get_or_insert(width) != width {
            let said =
                format!("answers: row {number} has {width} entries, unlike those before");
            return Err(PyValueError::new_err(said));
        }
    }
    Ok(table)
}

/// A number, or None as not-a-number; nothing for what is neither.
fn single(entry: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    if entry.is_none() {
        return Ok(Some(f64::NAN));
    }
    if entry.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err(format!("answers: {entry} is a text, no number")));
    }
    Ok(entry.extract::<f64>().ok())
}
