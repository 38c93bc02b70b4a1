//! A log as it lies in Python's columns, traced without a copy of it.

use std::ops::Range;

use mangotree_kernels::bkt_fit::answers;
use mangotree_kernels::bkt_fit::model::Model;
use mangotree_kernels::bkt_fit::trace::{Extent, Traced, Tracing};
use mangotree_kernels::error::Error;
use pyo3::prelude::*;

use crate::columns::{PIECE, Reader, Writer};
use crate::convert::{Index, refused};

/// Two columns: a chance for each row, a mastery for each row and skill.
pub type Columns<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// The columns of items, resources and groups.
type Places = (Option<Reader<usize>>, Option<Reader<usize>>, Option<Reader<usize>>);

/// A log that stays where it is; what it holds is checked as it is read.
#[pyclass(frozen, module = "hub._core.bkt")]
pub struct Log {
    learners: Reader<usize>,
    skills: Reader<usize>,
    rights: Reader<bool>,
    offsets: Option<Reader<usize>>,
    places: Places,
    n_skills: usize,
    n_places: [usize; 3],
}

#[pymethods]
impl Log {
    /// `places` holds the columns of items, resources and groups, `counts` how many skills,
    /// items, resources and groups there are.
    #[new]
    fn new(
        py: Python<'_>,
        learners: Reader<usize>,
        skills: Reader<usize>,
        rights: Reader<bool>,
        offsets: Option<Reader<usize>>,
        places: Places,
        counts: [Index; 4],
    ) -> PyResult<Self> {
        let [n_skills, n_places @ ..] = counts.map(|count| count.0);
        let log = Self { learners, skills, rights, offsets, places, n_skills, n_places };
        log.check(py)?;
        Ok(log)
    }
}

impl Log {
    /// The chances of the rows, and the masteries if `is_recording`.
    pub fn followed<'py>(
        &self,
        py: Python<'py>,
        model: &Model,
        is_guarded: bool,
        is_recording: bool,
    ) -> PyResult<Columns<'py>> {
        let extent = self.extent(py)?;
        let tracing = py.detach(|| Tracing::new(model, extent, is_guarded));
        let mut tracing = tracing.map_err(|error| refused(&error))?;
        let chances = Writer::new(py, extent.n_rows)?;
        let masteries = Writer::new(py, if is_recording { self.skills.len() } else { 0 })?;
        let (mut piece, mut traced) = (answers::Columns::default(), Traced::default());
        for first in (0..extent.n_rows).step_by(PIECE) {
            let rows = first..extent.n_rows.min(first + PIECE);
            let at = self.read(py, rows, &mut piece)?;
            let followed = py.detach(|| tracing.follow(&piece, is_recording, &mut traced));
            followed.map_err(|error| refused(&error))?;
            chances.write(first, &traced.chances)?;
            masteries.write(at, &traced.masteries)?;
        }
        Ok((chances.done(), masteries.done()))
    }

    /// Reads the columns once for the highest learner.
    fn extent(&self, py: Python<'_>) -> PyResult<Extent> {
        let n_rows = self.rights.len();
        let (mut n_learners, mut piece) = (0, vec![]);
        for first in (0..n_rows).step_by(PIECE) {
            self.learners.read(py, first..n_rows.min(first + PIECE), &mut piece)?;
            let most = piece.iter().max().map_or(0, |most| most.saturating_add(1));
            n_learners = n_learners.max(most);
        }
        Ok(Extent { n_rows, n_learners, n_skills: self.n_skills, n_places: self.n_places })
    }

    /// Columns of one length, offsets from 0 to the end of the skills.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        let n = self.rights.len();
        let refuse =
            |field, value, allowed| Err(refused(&Error::Size { field, value, allowed }));
        let columns = [
            ("learners", Some(&self.learners), n),
            ("skills", Some(&self.skills).filter(|_| self.offsets.is_none()), n),
            ("offsets", self.offsets.as_ref(), n + 1),
            ("items", self.places.0.as_ref(), n),
            ("resources", self.places.1.as_ref(), n),
            ("groups", self.places.2.as_ref(), n),
        ];
        for (field, column, wanted) in columns {
            let len = column.map_or(wanted, Reader::len);
            if len != wanted {
                return refuse(field, len, wanted.to_string());
            }
        }
        let Some(offsets) = &self.offsets else { return Ok(()) };
        let (mut first, mut last) = (vec![], vec![]);
        offsets.read(py, 0..1, &mut first)?;
        offsets.read(py, n..n + 1, &mut last)?;
        if first == [0] && last == [self.skills.len()] {
            return Ok(());
        }
        let allowed = "starts that grow from 0 to the number of skills".to_owned();
        refuse("offsets", n + 1, allowed)
    }

    /// Reads `rows` into `piece` and gives the place of their first skill.
    fn read(
        &self,
        py: Python<'_>,
        rows: Range<usize>,
        piece: &mut answers::Columns,
    ) -> PyResult<usize> {
        let mut skills = rows.clone();
        if let Some(offsets) = &self.offsets {
            let starts = piece.offsets.get_or_insert_default();
            offsets.read(py, rows.start..rows.end + 1, starts)?;
            if let (Some(first), Some(last)) = (starts.first(), starts.last()) {
                skills = *first..*last;
            }
        }
        self.learners.read(py, rows.clone(), &mut piece.learners)?;
        self.rights.read(py, rows.clone(), &mut piece.rights)?;
        let optional = [
            (&self.places.0, &mut piece.items),
            (&self.places.1, &mut piece.resources),
            (&self.places.2, &mut piece.groups),
        ];
        for (column, ids) in optional {
            if let Some(column) = column {
                column.read(py, rows.clone(), ids.get_or_insert_default())?;
            }
        }
        self.skills.read(py, skills.clone(), &mut piece.skills)?;
        Ok(skills.start)
    }
}
