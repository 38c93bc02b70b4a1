//! Columns of numbers from Python and back: any buffer of numbers, or any sequence.
//!
//! A column of f64 comes from numpy, `array.array`, bytes or a list without the caller knowing
//! the difference; what goes back is an `array.array`, which numpy reads without copying.

use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyMemoryView;

/// A column of numbers.
pub struct Doubles(pub Vec<f64>);

/// A column of indices or small whole numbers; refuses what is negative or has a fraction.
pub struct Wholes(pub Vec<usize>);

/// A column of yes and no: booleans, or numbers that are 0 or 1.
pub struct Flags(pub Vec<bool>);

impl<'py> FromPyObject<'_, 'py> for Doubles {
    type Error = PyErr;

    fn extract(column: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(numbers) = from_buffer::<f64, f64>(&column, |number| number)? {
            return Ok(Self(numbers));
        }
        if let Some(numbers) = from_buffer::<f32, f64>(&column, f64::from)? {
            return Ok(Self(numbers));
        }
        match whole_numbers(&column)? {
            #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 do not occur")]
            Some(numbers) => Ok(Self(numbers.into_iter().map(|n| n as f64).collect())),
            None => Ok(Self(column.extract()?)),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Wholes {
    type Error = PyErr;

    fn extract(column: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let Some(numbers) = whole_numbers(&column)? else {
            let indices: Vec<crate::convert::Index> = column.extract()?;
            return Ok(Self(crate::convert::plain(&indices)));
        };
        let index = |number: i64| {
            usize::try_from(number).map_err(|_| {
                pyo3::exceptions::PyKeyError::new_err(format!("index {number} is unknown"))
            })
        };
        Ok(Self(numbers.into_iter().map(index).collect::<PyResult<_>>()?))
    }
}

impl<'py> FromPyObject<'_, 'py> for Flags {
    type Error = PyErr;

    fn extract(column: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let column = as_bytes(&column);
        // The usual case by itself: it is five times as fast as going through 64 bits.
        if let Some(bytes) = from_buffer::<u8, u8>(&column, |byte| byte)? {
            return match bytes.iter().find(|byte| **byte > 1) {
                Some(byte) => Err(no_flag(i64::from(*byte))),
                None => Ok(Self(bytes.into_iter().map(|byte| byte == 1).collect())),
            };
        }
        let numbers = match whole_numbers(&column)? {
            Some(numbers) => numbers,
            None => match column.extract() {
                Ok(flags) => return Ok(Self(flags)),
                Err(_) => column.extract()?,
            },
        };
        match numbers.iter().find(|number| !(0..=1).contains(*number)) {
            Some(number) => Err(no_flag(*number)),
            None => Ok(Self(numbers.into_iter().map(|number| number == 1).collect())),
        }
    }
}

fn no_flag(number: i64) -> PyErr {
    let said = format!("an answer is {number}; allowed: 0 or 1, False or True");
    pyo3::exceptions::PyValueError::new_err(said)
}

/// A buffer of booleans as one of bytes, which the stable interface can read; else the same.
fn as_bytes<'py>(column: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    let cast = || -> PyResult<Bound<'py, PyAny>> {
        let view = PyMemoryView::from(column)?;
        if view.getattr("format")?.extract::<String>()? == "?" {
            return view.call_method1("cast", ("B",));
        }
        Ok(column.clone())
    };
    cast().unwrap_or_else(|_| column.clone())
}

/// `numbers` as a Python `array.array` of doubles.
pub fn doubles<'py>(py: Python<'py>, numbers: &[f64]) -> PyResult<Bound<'py, PyAny>> {
    array_of(py, ("d", (0.0,)), numbers)
}

/// `numbers` as a Python `array.array` of 64-bit whole numbers; one beyond them is the largest.
pub fn wholes<'py>(py: Python<'py>, numbers: &[usize]) -> PyResult<Bound<'py, PyAny>> {
    let wide = |number: &usize| i64::try_from(*number).unwrap_or(i64::MAX);
    array_of(py, ("q", (0,)), &numbers.iter().map(wide).collect::<Vec<i64>>())
}

/// An `array.array` with `numbers`; `empty` is its type code and one zero.
fn array_of<'py, T: Element>(
    py: Python<'py>,
    empty: impl pyo3::call::PyCallArgs<'py>,
    numbers: &[T],
) -> PyResult<Bound<'py, PyAny>> {
    let zero = py.import("array")?.getattr("array")?.call1(empty)?;
    let column = zero.mul(numbers.len())?;
    if !numbers.is_empty() {
        PyBuffer::<T>::get(&column)?.copy_from_slice(py, numbers)?;
    }
    Ok(column)
}

/// The numbers of a buffer of `T`; `None` for what is no buffer, or one of something else.
fn from_buffer<T: Element, U>(
    column: &Bound<'_, PyAny>,
    convert: impl Fn(T) -> U,
) -> PyResult<Option<Vec<U>>> {
    let Ok(buffer) = PyBuffer::<T>::get(column) else {
        return Ok(None);
    };
    if buffer.dimensions() != 1 {
        let said = format!("a column has {} dimensions; allowed: 1", buffer.dimensions());
        return Err(PyTypeError::new_err(said));
    }
    Ok(Some(buffer.to_vec(column.py())?.into_iter().map(convert).collect()))
}

/// The numbers of a buffer of whole numbers of any width.
fn whole_numbers(column: &Bound<'_, PyAny>) -> PyResult<Option<Vec<i64>>> {
    let beyond = |_| PyTypeError::new_err("a whole number is beyond 64 bits");
    if let Some(numbers) = from_buffer::<u8, i64>(column, i64::from)? {
        return Ok(Some(numbers));
    }
    if let Some(numbers) = from_buffer::<i64, i64>(column, |number| number)? {
        return Ok(Some(numbers));
    }
    if let Some(numbers) = from_buffer::<i32, i64>(column, i64::from)? {
        return Ok(Some(numbers));
    }
    if let Some(numbers) = from_buffer::<u32, i64>(column, i64::from)? {
        return Ok(Some(numbers));
    }
    if let Some(numbers) = from_buffer::<i8, i64>(column, i64::from)? {
        return Ok(Some(numbers));
    }
    if let Some(numbers) = from_buffer::<i16, i64>(column, i64::from)? {
        return Ok(Some(numbers));
    }
    if let Some(numbers) = from_buffer::<u16, i64>(column, i64::from)? {
        return Ok(Some(numbers));
    }
    let Some(numbers) = from_buffer::<u64, u64>(column, |number| number)? else {
        return Ok(None);
    };
    let narrow = numbers.into_iter().map(|number| i64::try_from(number).map_err(beyond));
    Ok(Some(narrow.collect::<PyResult<_>>()?))
}
