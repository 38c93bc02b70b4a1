//! Columns of numbers from Python and back: any buffer of numbers, or any sequence.
//!
//! A column of f64 comes from numpy, `array.array`, bytes or a list without the caller knowing
//! the difference; what goes back is an `array.array`, which numpy reads without copying.
//!
//! A [`Reader`] reads a column piece by piece: where a column is long, writing all of it to
//! fresh memory (one page fault in 512 numbers) costs more than most kernels do with it.

use std::any::TypeId;
use std::fmt::Display;
use std::ops::Range;

use pyo3::buffer::{Element, PyBuffer};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyMemoryView, PySlice};

/// So many rows are read at a time: several columns of them fit a cache of the second level.
pub const PIECE: usize = 1 << 13;

/// A column of numbers.
pub struct Doubles(pub Vec<f64>);

/// A column of indices or small whole numbers; refuses what is negative or has a fraction.
pub struct Wholes(pub Vec<usize>);

/// A column of yes and no: booleans, or numbers that are 0 or 1.
pub struct Flags(pub Vec<bool>);

/// A column of indices (`usize`) or of yes and no (`bool`) to be read piece by piece.
pub struct Reader<T> {
    len: usize,
    piece: Box<Piece<T>>,
}

/// Reads these rows, one entry each.
type Piece<T> = dyn Fn(Python<'_>, Range<usize>, &mut [T]) -> PyResult<()> + Send + Sync;

/// A column of doubles for Python, to be written piece by piece.
pub struct Writer<'py>(Bound<'py, PyAny>);

/// What a column of whole numbers can hold.
pub trait Entry: Copy + Default + Send + Sync + 'static {
    /// The entry that `number` stands for.
    fn of(number: i64) -> Option<Self>;

    /// What to say of a number that stands for none.
    fn refused(number: &dyn Display) -> PyErr;

    /// The column, if it is no buffer of whole numbers.
    fn held(column: &Bound<'_, PyAny>) -> PyResult<Vec<Self>>;
}

impl<'py> FromPyObject<'_, 'py> for Doubles {
    type Error = PyErr;

    fn extract(column: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Some(numbers) = from_buffer::<f64, f64>(&column, |number| number)? {
            return Ok(Self(numbers));
        }
        if let Some(numbers) = from_buffer::<f32, f64>(&column, f64::from)? {
            return Ok(Self(numbers));
        }
        Ok(Self(Reader::extract(column)?.all(column.py())?))
    }
}

impl<'py> FromPyObject<'_, 'py> for Wholes {
    type Error = PyErr;

    fn extract(column: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(Reader::extract(column)?.all(column.py())?))
    }
}

impl<'py> FromPyObject<'_, 'py> for Flags {
    type Error = PyErr;

    fn extract(column: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(Reader::extract(column)?.all(column.py())?))
    }
}

impl<'py, T: Entry> FromPyObject<'_, 'py> for Reader<T> {
    type Error = PyErr;

    fn extract(column: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let kinds = [
            buffered::<i64, T>,
            buffered::<u8, T>,
            buffered::<i32, T>,
            buffered::<u32, T>,
            buffered::<i8, T>,
            buffered::<i16, T>,
            buffered::<u16, T>,
            buffered::<u64, T>,
        ];
        let plain = as_bytes::<T>(&column);
        for kind in kinds {
            if let Some(reader) = kind(&plain)? {
                return Ok(reader);
            }
        }
        T::held(&column).map(Self::of)
    }
}

impl<T: Entry> Reader<T> {
    fn of(held: Vec<T>) -> Self {
        let len = held.len();
        let piece = move |_: Python<'_>, rows: Range<usize>, out: &mut [T]| {
            let entries = held.get(rows).filter(|entries| entries.len() == out.len());
            out.copy_from_slice(entries.ok_or_else(beyond)?);
            Ok(())
        };
        Self { len, piece: Box::new(piece) }
    }

    /// How many entries.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The entries at `rows`, in place of those in `out`.
    ///
    /// # Errors
    /// `ValueError` for rows beyond the column, and what [`Entry::refused`] says.
    pub fn read(&self, py: Python<'_>, rows: Range<usize>, out: &mut Vec<T>) -> PyResult<()> {
        if rows.start > rows.end || rows.end > self.len {
            return Err(beyond());
        }
        out.resize(rows.len(), T::default());
        (self.piece)(py, rows, out)
    }

    fn all(&self, py: Python<'_>) -> PyResult<Vec<T>> {
        let mut entries = vec![T::default(); self.len];
        let mut first = 0;
        for out in entries.chunks_mut(PIECE) {
            let end = first + out.len();
            (self.piece)(py, first..end, out)?;
            first = end;
        }
        Ok(entries)
    }
}

fn beyond() -> PyErr {
    PyValueError::new_err("offsets lead beyond a column; allowed: places in it")
}

/// The reader of a buffer of `N`; `None` for what is no buffer, or one of something else.
fn buffered<N, T>(column: &Bound<'_, PyAny>) -> PyResult<Option<Reader<T>>>
where
    N: Element + Default + Display + TryInto<i64>,
    T: Entry,
{
    let Some(buffer) = flat::<N>(column)? else { return Ok(None) };
    let view = PyMemoryView::from(column)?.unbind();
    let piece = move |py: Python<'_>, rows: Range<usize>, out: &mut [T]| {
        let numbers = flat::<N>(&cut(view.bind(py), rows)?)?.ok_or_else(beyond)?.to_vec(py)?;
        if numbers.len() != out.len() {
            return Err(beyond());
        }
        fill(numbers.into_iter(), out)
    };
    Ok(Some(Reader { len: buffer.item_count(), piece: Box::new(piece) }))
}

/// These rows of a column, where they lie.
fn cut<'py>(view: &Bound<'py, PyAny>, rows: Range<usize>) -> PyResult<Bound<'py, PyAny>> {
    let (start, end) = (isize::try_from(rows.start)?, isize::try_from(rows.end)?);
    view.get_item(PySlice::new(view.py(), start, end, 1))
}

#[inline]
fn fill<N: Copy + Display + TryInto<i64>, T: Entry>(
    numbers: impl Iterator<Item = N>,
    out: &mut [T],
) -> PyResult<()> {
    for (slot, number) in out.iter_mut().zip(numbers) {
        let entry = number.try_into().ok().and_then(T::of);
        *slot = entry.ok_or_else(|| T::refused(&number))?;
    }
    Ok(())
}

impl Entry for usize {
    #[inline]
    fn of(number: i64) -> Option<Self> {
        Self::try_from(number).ok()
    }

    fn refused(number: &dyn Display) -> PyErr {
        PyKeyError::new_err(format!("index {number} is unknown"))
    }

    fn held(column: &Bound<'_, PyAny>) -> PyResult<Vec<Self>> {
        let indices: Vec<crate::convert::Index> = column.extract()?;
        Ok(crate::convert::plain(&indices))
    }
}

impl Entry for bool {
    #[inline]
    fn of(number: i64) -> Option<Self> {
        (number == 0 || number == 1).then_some(number == 1)
    }

    fn refused(number: &dyn Display) -> PyErr {
        let said = format!("an answer is {number}; allowed: 0 or 1, False or True");
        PyValueError::new_err(said)
    }

    fn held(column: &Bound<'_, PyAny>) -> PyResult<Vec<Self>> {
        if let Ok(flags) = column.extract() {
            return Ok(flags);
        }
        let numbers: Vec<i64> = column.extract()?;
        let mut flags = vec![false; numbers.len()];
        fill(numbers.into_iter(), &mut flags)?;
        Ok(flags)
    }
}

impl Entry for f64 {
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 do not occur")]
    fn of(number: i64) -> Option<Self> {
        Some(number as Self)
    }

    fn refused(_: &dyn Display) -> PyErr {
        PyTypeError::new_err("a whole number is beyond 64 bits")
    }

    fn held(column: &Bound<'_, PyAny>) -> PyResult<Vec<Self>> {
        column.extract()
    }
}

/// A buffer of booleans as one of bytes, which the stable interface can read, if booleans are
/// wanted; else the same.
fn as_bytes<'py, T: 'static>(column: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
    let cast = || -> PyResult<Bound<'py, PyAny>> {
        let view = PyMemoryView::from(column)?;
        if view.getattr("format")?.extract::<String>()? == "?" {
            return view.call_method1("cast", ("B",));
        }
        Ok(column.clone())
    };
    if TypeId::of::<T>() == TypeId::of::<bool>() {
        return cast().unwrap_or_else(|_| column.clone());
    }
    column.clone()
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

impl<'py> Writer<'py> {
    /// A column of `len` zeros.
    pub fn new(py: Python<'py>, len: usize) -> PyResult<Self> {
        zeros(py, ("d", (0.0,)), len).map(Self)
    }

    /// Writes `numbers` from place `at` on.
    ///
    /// # Errors
    /// `BufferError` if they do not fit the column.
    pub fn write(&self, at: usize, numbers: &[f64]) -> PyResult<()> {
        if numbers.is_empty() {
            return Ok(());
        }
        let view = PyMemoryView::from(&self.0)?;
        let cut = cut(&view, at..at + numbers.len())?;
        PyBuffer::<f64>::get(&cut)?.copy_from_slice(self.0.py(), numbers)
    }

    /// The column.
    pub fn done(self) -> Bound<'py, PyAny> {
        self.0
    }
}

/// An `array.array` with `numbers`; `empty` is its type code and one zero.
fn array_of<'py, T: Element>(
    py: Python<'py>,
    empty: impl pyo3::call::PyCallArgs<'py>,
    numbers: &[T],
) -> PyResult<Bound<'py, PyAny>> {
    let column = zeros(py, empty, numbers.len())?;
    if !numbers.is_empty() {
        PyBuffer::<T>::get(&column)?.copy_from_slice(py, numbers)?;
    }
    Ok(column)
}

fn zeros<'py>(
    py: Python<'py>,
    empty: impl pyo3::call::PyCallArgs<'py>,
    len: usize,
) -> PyResult<Bound<'py, PyAny>> {
    py.import("array")?.getattr("array")?.call1(empty)?.mul(len)
}

/// The numbers of a buffer of `T`; `None` for what is no buffer, or one of something else.
fn from_buffer<T: Element, U>(
    column: &Bound<'_, PyAny>,
    convert: impl Fn(T) -> U,
) -> PyResult<Option<Vec<U>>> {
    let Some(buffer) = flat::<T>(column)? else { return Ok(None) };
    Ok(Some(buffer.to_vec(column.py())?.into_iter().map(convert).collect()))
}

/// A buffer of `T` in one dimension; `None` for what is no buffer, or one of something else.
fn flat<T: Element>(column: &Bound<'_, PyAny>) -> PyResult<Option<PyBuffer<T>>> {
    let Ok(buffer) = PyBuffer::<T>::get(column) else {
        return Ok(None);
    };
    if buffer.dimensions() != 1 {
        let said = format!("a column has {} dimensions; allowed: 1", buffer.dimensions());
        return Err(PyTypeError::new_err(said));
    }
    Ok(Some(buffer))
}
